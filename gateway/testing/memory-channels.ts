// Channels in memory: one for each tenant; and a sandbox that holds nothing.

import type { Channel } from '#machines/contracts/channels.ts'
import { ChannelHealthSchema } from '#machines/contracts/channel-health.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { TENANTS } from './fixtures.ts'

const AT = new Date(0).toISOString()

export const CHANNELS = { acme: 'chn_acme', rival: 'chn_rival' } as const

const nameOf = ({ tenantId }: Actor): keyof typeof CHANNELS =>
  tenantId === TENANTS.acme ? 'acme' : 'rival'

export function createChannels(): Runtime['channels'] {
  const itemOf = (actor: Actor): Channel => ({
    id: CHANNELS[nameOf(actor)],
    kind: 'chat',
    title: { 'pt-BR': 'Conversa', en: 'Chat' },
    provider: 'chat',
    address: '1',
    displayAddress: '@one',
    status: 'active',
    config: {},
    secrets: [],
    webhookUrl: null,
    health: ChannelHealthSchema.parse({}),
    cutOffUntil: null,
    waiting: 0,
    check: null,
    createdAt: AT,
    updatedAt: AT,
  })
  const mine = (actor: Actor, id: string): Promise<Channel> => {
    if (CHANNELS[nameOf(actor)] !== id) throw new FluxoError('RESOURCE_NOT_FOUND')
    return Promise.resolve(itemOf(actor))
  }
  return {
    forms: () => ({ items: [] }),
    list: (actor) => Promise.resolve({ items: [itemOf(actor)] }),
    create: (actor) => Promise.resolve(itemOf(actor)),
    edit: mine,
    rotate: mine,
    finishRotation: mine,
    check: mine,
    dependents: async (actor, id) => {
      await mine(actor, id)
      return { workflows: [], conversations: 0, waiting: 0, isLastOfKind: true }
    },
    pause: mine,
    resume: mine,
    remove: async (actor, id) => {
      await mine(actor, id)
    },
  }
}

export function createSandbox(): Runtime['sandbox'] {
  return {
    status: () => Promise.resolve({ isOn: false, providers: [] }),
    ask: () =>
      Promise.resolve({ status: 200, contentType: 'application/json', body: Buffer.from('{}') }),
  }
}
