// Templates in memory: one draft for each tenant.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { TemplateItem } from '#machines/contracts/whatsapp-template.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { TENANTS } from './fixtures.ts'

export const TEMPLATES = { acme: 'tpl_acme_1', rival: 'tpl_rival_1' } as const

const idOf = ({ tenantId }: Actor): string =>
  tenantId === TENANTS.acme ? TEMPLATES.acme : TEMPLATES.rival

export function createTemplates(): Runtime['templates'] {
  const mine = (actor: Actor, id: string): TemplateItem => {
    if (idOf(actor) !== id) throw new FluxoError('RESOURCE_NOT_FOUND')
    return itemOf(id)
  }
  return {
    list: async (actor) => ({ items: [itemOf(idOf(actor))], nextCursor: null, canSubmit: true }),
    get: async (actor, id) => mine(actor, id),
    create: async (actor) => itemOf(idOf(actor)),
    edit: async (actor, id) => mine(actor, id),
    submit: async (actor, id) => ({ ...mine(actor, id), status: 'PENDING' }),
    sync: async () => ({ found: 1, added: 0, changed: 0, gone: 0, next: null }),
    remove: async (actor, id) => void mine(actor, id),
  }
}

function itemOf(id: string): TemplateItem {
  return {
    id,
    name: 'boas_vindas',
    language: 'pt_BR',
    category: 'UTILITY',
    status: 'DRAFT',
    blocked: true,
    reason: null,
    quality: 'UNKNOWN',
    categoryChange: null,
    pausedUntil: null,
    content: { header: null, body: 'Oi!', examples: {}, footer: null, buttons: [] },
    variables: [],
    otherParts: [],
    submittedAt: null,
    syncedAt: null,
    updatedAt: new Date(0).toISOString(),
  }
}
