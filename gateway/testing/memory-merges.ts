// Merges of contacts in memory: one suggestion and one merge for each tenant.

import type { Contact } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { TENANTS } from './fixtures.ts'

const AT = new Date(0).toISOString()

export const MERGES = { acme: 'mrg_acme', rival: 'mrg_rival' } as const
export const SUGGESTIONS = { acme: 'sug_acme', rival: 'sug_rival' } as const

const nameOf = ({ tenantId }: Actor): keyof typeof MERGES =>
  tenantId === TENANTS.acme ? 'acme' : 'rival'

/** @param contactOf throws for a contact that is not the tenant's */
export function createContactMerges(
  contactOf: (actor: Actor, id: string) => Contact,
): Runtime['contactMerges'] {
  const factsOf = ({ name, phone, email, tags, fields }: Contact) => {
    return { name, phone, email, tags, fields }
  }
  return {
    preview: async (actor, id, { sourceId }) => {
      const [target, source] = [contactOf(actor, id), contactOf(actor, sourceId)].map(factsOf)
      if (!target || !source) throw new FluxoError('RESOURCE_NOT_FOUND')
      const none = { refused: null, runs: [], optOuts: [], isWithAgent: false }
      return { ...none, target, source, after: target }
    },
    merge: async (actor, id, { sourceId }) => {
      contactOf(actor, id)
      contactOf(actor, sourceId)
      return { mergeId: MERGES[nameOf(actor)] }
    },
    undo: async (actor, mergeId) => {
      if (mergeId !== MERGES[nameOf(actor)]) throw new FluxoError('RESOURCE_NOT_FOUND')
      return { mergeId }
    },
    list: async (actor, id) => {
      contactOf(actor, id)
      const who = { sourceId: 'cnt_2', sourceName: null, targetId: id }
      const what = { status: 'merged' as const, source: 'person' as const, reason: 'same' }
      return { items: [{ id: MERGES[nameOf(actor)], ...who, ...what, at: AT, undoneAt: null }] }
    },
    suggestions: async () => ({ items: [] }),
    dismiss: async (actor, id) => {
      if (id !== SUGGESTIONS[nameOf(actor)]) throw new FluxoError('RESOURCE_NOT_FOUND')
    },
  }
}
