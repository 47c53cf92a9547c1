// Deliveries in memory: one dead letter and one held effect for each tenant.

import { FluxoError } from '#machines/contracts/errors.ts'
import type {
  Gate,
  LetterDetail,
  ReplayReply,
  RestingEffect,
} from '#machines/contracts/deliveries.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { CONTACTS, TENANTS } from './fixtures.ts'

const AT = new Date(0).toISOString()
const WHO = { name: 'Ana', phone: '+5531999999999' }
const WHERE = { runId: null, nodeId: null, workflowId: null, workflowName: null }
const WORDS = { 'pt-BR': 'Falhou', en: 'It failed' }

export const LETTERS = { acme: 'eff_acme_1', rival: 'eff_rival_1' } as const
export const HELD = { acme: 'eff_acme_2', rival: 'eff_rival_2' } as const

type Name = keyof typeof LETTERS
const nameOf = ({ tenantId }: Actor): Name => (tenantId === TENANTS.acme ? 'acme' : 'rival')

export function createDeliveries(): Runtime['deliveries'] {
  const mine = (actor: Actor, id: string, ids: Record<Name, string>): void => {
    if (ids[nameOf(actor)] !== id) throw new FluxoError('RESOURCE_NOT_FOUND')
  }
  const all = (actor: Actor, ids: readonly string[], known: Record<Name, string>): void =>
    ids.forEach((id) => mine(actor, id, known))
  const count = (actor: Actor, selection: { ids: string[] } | { filter: object }): number => {
    if ('ids' in selection) all(actor, selection.ids, LETTERS)
    return 1
  }
  const report = (total: number): ReplayReply => {
    const none = { uncertain: 0, refused: [], contactGone: 0, movedOn: 0, partial: false }
    return { total, sent: total, contacts: total, ...none }
  }
  return {
    letters: async (actor) => ({ items: [letterOf(nameOf(actor))], nextCursor: null }),
    letter: async (actor, id) => {
      mine(actor, id, LETTERS)
      return letterOf(nameOf(actor))
    },
    edit: async (actor, id, { content }) => {
      mine(actor, id, LETTERS)
      return { ...letterOf(nameOf(actor)), content }
    },
    dryRun: async (actor, { selection }) => report(count(actor, selection)),
    replay: async (actor, { selection }) => report(count(actor, selection)),
    drop: async (actor, { selection }) => ({ done: count(actor, selection), skipped: 0 }),
    resting: async (actor) => ({ items: [restingOf(nameOf(actor))], nextCursor: null }),
    settle: async (actor, { ids }) => {
      all(actor, ids, HELD)
      return { done: ids.length, skipped: 0 }
    },
    queue: async () => ({ rows: [], letters: 1, breakers: [] }),
    gate: async () => OPEN,
    suspects: async (actor) => ({ items: [restingOf(nameOf(actor))], nextCursor: null }),
    release: async () => OPEN,
  }
}

const OPEN: Gate = {
  open: true,
  reason: null,
  closedAt: null,
  signs: [],
  lost: null,
  suspects: { tried: 0, untried: 0 },
  canRelease: false,
}

function letterOf(name: Name): LetterDetail {
  const content = { kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false }
  return {
    id: LETTERS[name],
    kind: 'effect',
    what: content.kind,
    preview: content.text,
    contactId: CONTACTS[name],
    ...WHO,
    ...WHERE,
    code: 'WHATSAPP_131026',
    why: WORDS,
    failedAt: AT,
    attempts: 1,
    uncertain: false,
    resolution: null,
    wayOut: WORDS,
    message: 'undeliverable',
    content,
    original: null,
    editable: true,
    waitingBehind: 0,
    replays: 0,
    createdAt: AT,
    resolvedAt: null,
    correlationId: null,
  }
}

function restingOf(name: Name): RestingEffect {
  return {
    id: HELD[name],
    status: 'held',
    what: 'whatsapp.send_text',
    preview: 'Oi',
    contactId: CONTACTS[name],
    ...WHO,
    ...WHERE,
    attempts: 1,
    since: AT,
    decidedAt: null,
    tried: true,
  }
}
