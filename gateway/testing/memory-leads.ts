// Lead capture in memory: one source, form, page and list for each tenant. No form is published.

import { text } from 'node:stream/consumers'
import type { Contact } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Form } from '#machines/contracts/forms.ts'
import type { LeadImport } from '#machines/contracts/imports.ts'
import type { LeadPage } from '#machines/contracts/meta-leads.ts'
import type { Source } from '#machines/contracts/sources.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { TENANTS } from './fixtures.ts'
import { CHANNELS } from './memory-channels.ts'

const AT = new Date(0).toISOString()
const SECRET = 'shown once'

export const SOURCES = { acme: 'src_acme', rival: 'src_rival' } as const
export const FORMS = { acme: 'frm_acme', rival: 'frm_rival' } as const
export const IMPORTS = { acme: 'imp_acme', rival: 'imp_rival' } as const
export const PAYLOAD = 'pay_1'

type Leads = Runtime['leads']
type Names = Readonly<Record<'acme' | 'rival', string>>

const idOf = (ids: Names, { tenantId }: Actor): string =>
  ids[tenantId === TENANTS.acme ? 'acme' : 'rival']

function demand(ids: Names, actor: Actor, id: string): string {
  if (idOf(ids, actor) !== id) throw new FluxoError('RESOURCE_NOT_FOUND')
  return id
}

/** @param contactOf throws for a contact that is not the tenant's */
export function createLeads(contactOf: (actor: Actor, id: string) => Contact): Leads {
  return {
    sources: createSources(),
    forms: createForms(),
    metaLeads: createMetaLeads(),
    metaWebhook: {
      challenge: async () => {
        throw new FluxoError('WEBHOOK_VERIFY_TOKEN')
      },
      receive: async () => {
        throw new FluxoError('WEBHOOK_CHANNEL_UNKNOWN')
      },
    },
    imports: createImports(),
    attribution: {
      get: async (actor, id) => {
        contactOf(actor, id)
        return { first: null, last: null, touches: 0, conversions: [], revenue: [] }
      },
    },
  }
}

function createSources(): Leads['sources'] {
  const mine = async (actor: Actor, id: string) => sourceOf(demand(SOURCES, actor, id))
  return {
    list: async (actor) => ({ items: [sourceOf(idOf(SOURCES, actor))] }),
    create: async (actor) => ({ source: sourceOf(idOf(SOURCES, actor)), secret: SECRET }),
    edit: mine,
    rotate: async (actor, id) => {
      return { source: { ...(await mine(actor, id)), isRotating: true }, secret: SECRET }
    },
    finishRotation: mine,
    payloads: async (actor, id) => {
      await mine(actor, id)
      const refused = { outcome: 'refused' as const, code: 'REQUEST_INVALID', field: 'phone' }
      const what = { reason: 'not a phone', eventId: null, bytes: 2, body: {}, masked: false }
      return { items: [{ id: PAYLOAD, receivedAt: AT, ...refused, ...what }] }
    },
    test: async (actor, id) => {
      await mine(actor, id)
      return { ok: false, field: 'phone', code: 'REQUEST_INVALID', message: 'not a phone' }
    },
    replay: async (actor, id, payloadId) => {
      await mine(actor, id)
      if (payloadId !== PAYLOAD) throw new FluxoError('RESOURCE_NOT_FOUND')
      return { accepted: true, duplicate: false, eventId: 'evt_1' }
    },
  }
}

function createForms(): Leads['forms'] {
  const mine = async (actor: Actor, id: string) => formOf(demand(FORMS, actor, id), actor)
  const unpublished = async (): Promise<never> => {
    throw new FluxoError('FORM_UNKNOWN')
  }
  return {
    list: async (actor) => ({ items: [formOf(idOf(FORMS, actor), actor)] }),
    get: mine,
    create: async (actor) => formOf(idOf(FORMS, actor), actor),
    edit: mine,
    page: unpublished,
    script: unpublished,
    submit: unpublished,
    origins: unpublished,
  }
}

function createMetaLeads(): Leads['metaLeads'] {
  const mine = async (actor: Actor, id: string) => pageOf(demand(CHANNELS, actor, id))
  return {
    pages: async (actor) => ({ items: [pageOf(idOf(CHANNELS, actor))] }),
    fetches: async (actor, id) => {
      await mine(actor, id)
      const how = { status: 'waiting' as const, foundBy: 'webhook' as const, attempts: 0 }
      const what = { formId: null, error: null, contactId: null, createdAt: AT }
      return { items: [{ leadgenId: '1', ...how, ...what }] }
    },
    check: mine,
    subscribe: mine,
    reconcile: mine,
  }
}

function createImports(): Leads['imports'] {
  const mine = async (actor: Actor, id: string) => importOf(demand(IMPORTS, actor, id))
  return {
    list: async (actor) => {
      const { sample: _sample, ...item } = importOf(idOf(IMPORTS, actor))
      return { items: [item] }
    },
    get: mine,
    upload: async (actor, name, file) => {
      const lines = (await text(file)).trim().split('\n')
      const [columns = [], ...sample] = lines.map((line) => line.split(','))
      return { ...importOf(idOf(IMPORTS, actor)), name, columns, sample, total: sample.length }
    },
    dryRun: async (actor, id) => {
      const { counts } = await mine(actor, id)
      return { counts, invalid: [{ line: 2, field: 'phone', reason: 'not a phone' }] }
    },
    start: async (actor, id, options) => {
      return { ...(await mine(actor, id)), status: 'running', options }
    },
    cancel: async (actor, id) => ({ ...(await mine(actor, id)), status: 'cancelled' }),
    async *invalidRows(actor, id) {
      await mine(actor, id)
      yield 'phone,reason\n'
      yield '1,not a phone\n'
    },
  }
}

function sourceOf(id: string): Source {
  return {
    id,
    type: 'leads',
    name: 'Loja',
    active: true,
    signing: 'full',
    unknownContact: 'reject',
    windowSeconds: 0,
    mapping: null,
    isRotating: false,
    leads: 0,
    lastLeadAt: null,
    createdAt: AT,
  }
}

function formOf(id: string, actor: Actor): Form {
  const words = (word: string) => ({ 'pt-BR': word, en: word })
  return {
    id,
    key: 'contato',
    name: 'Contato',
    sourceId: idOf(SOURCES, actor),
    version: 1,
    active: false,
    definition: {
      title: words('Contato'),
      fields: [{ type: 'phone', key: 'phone', label: words('Telefone'), required: true }],
      progressiveCount: 2,
      origins: [],
      tags: [],
    },
    hasCaptchaSecret: false,
    submissions: 0,
    createdAt: AT,
    updatedAt: AT,
  }
}

function pageOf(channelId: string): LeadPage {
  return {
    channelId,
    pageId: '1',
    name: 'Loja',
    token: 'unknown',
    tokenExpiresAt: null,
    isSubscribed: null,
    problem: null,
    checkedAt: null,
    waiting: 1,
    failed: 0,
    done: 0,
    lastLeadAt: null,
    readAt: null,
    found: 0,
  }
}

function importOf(id: string): LeadImport {
  return {
    id,
    name: 'lista.csv',
    status: 'ready',
    columns: ['phone'],
    sample: [['1']],
    total: 1,
    done: 0,
    counts: { new: 0, existing: 0, repeated: 0, invalid: 1 },
    options: null,
    createdAt: AT,
    finishedAt: null,
  }
}
