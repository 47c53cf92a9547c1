// A runtime in memory behind the runtime's own port, for tests of the gateway: small, honest about tenants, and
// with handles to change people, publish live messages and see what arrived.

import { FluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject } from '#machines/contracts/json.ts'
import type { Contact, WorkflowDetail } from '#machines/contracts/api.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { runTests } from '#machines/simulate/workflow-tests.ts'
import type { LiveListener, Runtime, SeenDraft, SignedIn } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import {
  CONTACTS,
  createContact,
  createPeopleRecords,
  createView,
  createWorkflow,
  PASSWORD,
  TENANTS,
  WORKFLOWS,
} from './fixtures.ts'
import { createAi } from './memory-ai.ts'
import { createChannels, createSandbox } from './memory-channels.ts'
import { createDeliveries } from './memory-deliveries.ts'
import { createEmails } from './memory-emails.ts'
import { createExchange } from './memory-exchange.ts'
import { createLeads } from './memory-leads.ts'
import { createLive } from './memory-live.ts'
import { createDebugger, createInsights, createStateActs } from './memory-live-views.ts'
import { createMedia } from './memory-media.ts'
import { createTemplates } from './memory-templates.ts'
import { createContactMerges } from './memory-merges.ts'
import { createMigrations, createVersions } from './memory-versions.ts'

export interface Received {
  route: string
  rawBody: Buffer
  tenant?: string
  source?: string
}

export interface MemoryRuntime extends Runtime {
  people: SignedIn[]
  received: Received[]
  finds: number
  /** Thrown by every workflow call when set. */
  broken: unknown
  ready: 'ok' | 'degraded' | 'failing'
  /** Listeners by topic. */
  followers: Map<string, Set<LiveListener>>
  publish(...message: Parameters<LiveListener>): void
  /** When set, following waits for it. */
  gate: Promise<void> | null
}

interface Store {
  workflows: Map<string, WorkflowDetail>
  contacts: Map<string, Contact>
  tests: Map<string, WorkflowTest[]>
}

const CREATED_AT = new Date(0).toISOString()

const keyOf = (actor: Pick<Actor, 'tenantId'>, id: string): string => `${actor.tenantId} ${id}`

export function createMemoryRuntime(): MemoryRuntime {
  const store = createStore()
  const state: Omit<MemoryRuntime, keyof Runtime> = {
    people: createPeopleRecords(),
    received: [],
    finds: 0,
    broken: null,
    ready: 'ok',
    followers: new Map(),
    gate: null,
    publish: (message) => {
      const topic = 'topic' in message ? message.topic : undefined
      for (const listener of memory.followers.get(topic ?? '') ?? []) listener(message)
    },
  }
  const memory: MemoryRuntime = Object.assign(state, {
    sessions: createSessions(() => memory),
    workflows: createWorkflows(store, () => memory),
    workflowTests: createWorkflowTests(store),
    runs: createRuns(store),
    versions: createVersions((actor, id) => take(store.workflows, keyOf(actor, id))),
    migrations: createMigrations((actor, id) => take(store.workflows, keyOf(actor, id))),
    insights: createInsights((actor, id) => take(store.workflows, keyOf(actor, id))),
    stateActs: createStateActs((actor, id) => take(store.workflows, keyOf(actor, id))),
    debugger: createDebugger((actor, id) => take(store.contacts, keyOf(actor, id))),
    contacts: createContacts(store),
    actors: createActors(store),
    contactMerges: createContactMerges((actor, id) => take(store.contacts, keyOf(actor, id))),
    exchange: createExchange((actor, id) => take(store.workflows, keyOf(actor, id))),
    channels: createChannels(),
    sandbox: createSandbox(),
    deliveries: createDeliveries(),
    ...createEmails(),
    leads: createLeads((actor, id) => take(store.contacts, keyOf(actor, id))),
    ai: createAi(),
    media: createMedia(),
    templates: createTemplates(),
    webhooks: createWebhooks(() => memory),
    live: createLive({
      demand: (actor, kind, id) => {
        if (kind === 'contact') return createView(take(store.contacts, keyOf(actor, id)))
        take(store.workflows, keyOf(actor, id))
        return null
      },
      followers: () => memory.followers,
      gate: () => memory.gate,
    }),
    health: {
      ready: async () => ({
        status: memory.ready,
        checks: { mailbox: { ok: memory.ready === 'ok' } },
      }),
      metrics: async () => '# HELP fluxo_up Up.\nfluxo_up 1',
    },
    stop: async () => {},
  })
  return memory
}

function createStore(): Store {
  const workflows = new Map<string, WorkflowDetail>()
  const contacts = new Map<string, Contact>()
  for (const name of ['acme', 'rival'] as const) {
    const actor = { tenantId: TENANTS[name] }
    const id = WORKFLOWS[name]
    workflows.set(keyOf(actor, id), createWorkflow(id, { id, name: id, nodes: [] }))
    contacts.set(keyOf(actor, CONTACTS[name]), createContact(CONTACTS[name]))
  }
  return { workflows, contacts, tests: new Map() }
}

function createSessions(memory: () => MemoryRuntime): Runtime['sessions'] {
  return {
    signIn: async ({ email, password }) => {
      const found = memory().people.find(({ user }) => user.email === email)
      if (found === undefined || password !== PASSWORD) throw new FluxoError('AUTH_FAILED')
      return found
    },
    find: async (tenantId, userId) => {
      memory().finds++
      const isThem = ({ user, tenant }: SignedIn): boolean =>
        user.id === userId && tenant.id === tenantId
      return memory().people.find(isThem) ?? null
    },
  }
}

function take<T>(from: Map<string, T>, key: string): T {
  const value = from.get(key)
  if (value === undefined) throw new FluxoError('RESOURCE_NOT_FOUND')
  return value
}

const ofTenant = <T>(from: Map<string, T>, { tenantId }: Actor): T[] =>
  [...from].filter(([key]) => key.startsWith(`${tenantId} `)).map(([, value]) => value)

function createWorkflows({ workflows }: Store, memory: () => MemoryRuntime): Runtime['workflows'] {
  const page = <T>(items: T[]): { items: T[]; nextCursor: null } => ({ items, nextCursor: null })
  return {
    list: async (actor) => {
      if (memory().broken !== null) throw memory().broken
      return page(ofTenant(workflows, actor))
    },
    get: async (actor, id) => take(workflows, keyOf(actor, id)),
    save: async (actor, definition, seen) => {
      if (!isJsonObject(definition)) throw new FluxoError('REQUEST_INVALID')
      const id = typeof definition.id === 'string' ? definition.id : 'wf_nameless'
      const known = workflows.get(keyOf(actor, id))
      if (seen !== undefined) checkSeen(take(workflows, keyOf(actor, id)), seen)
      const workflow = { ...createWorkflow(id, definition), revision: (known?.revision ?? 0) + 1 }
      workflows.set(keyOf(actor, workflow.id), workflow)
      return { ...workflow, tests: { passed: 0, failed: 0, failures: [] } }
    },
    check: async () => [],
    surroundings: async () => ({ channels: [], templates: [], workflows: [] }),
    publish: async (actor, id, { revision } = {}) => {
      const workflow = take(workflows, keyOf(actor, id))
      if (revision !== undefined) checkSeen(workflow, [revision])
      return { workflowId: id, versionId: 'ver_1', number: 1, created: true }
    },
    test: async (actor, id, { script = [], start, payload }) => {
      const { definition } = take(workflows, keyOf(actor, id))
      return simulate(definition, script, { start: { payload, ...start } })
    },
    live: async (actor, id) => {
      take(workflows, keyOf(actor, id))
      return { versionId: null, states: {} }
    },
    contactsIn: async (actor, id) => {
      take(workflows, keyOf(actor, id))
      return page([])
    },
  }
}

function checkSeen(workflow: WorkflowDetail, seen: SeenDraft): void {
  const { definition, revision, savedBy, savedAt } = workflow
  if (seen === 'any' || seen.includes(revision)) return
  const details = { definition, revision, savedBy, savedAt }
  throw new FluxoError('WORKFLOW_CONFLICT', { details })
}

function createWorkflowTests({ workflows, tests }: Store): Runtime['workflowTests'] {
  const list = (actor: Actor, id: string): WorkflowTest[] => {
    take(workflows, keyOf(actor, id))
    return tests.get(keyOf(actor, id)) ?? []
  }
  const kept = (all: readonly WorkflowTest[]) => ({
    items: all.map((test, index) => ({ id: `tst_${index}`, createdAt: CREATED_AT, test })),
  })
  return {
    list: async (actor, id) => kept(list(actor, id)),
    replace: async (actor, id, replacement) => {
      list(actor, id)
      tests.set(keyOf(actor, id), [...replacement])
      return kept(replacement)
    },
    run: async (actor, id) => {
      const { definition } = take(workflows, keyOf(actor, id))
      const outcomes = runTests(definition, list(actor, id)).map((outcome, index) => ({
        id: `tst_${index}`,
        ...outcome,
      }))
      const passed = outcomes.filter((outcome) => outcome.passed).length
      return { passed, failed: outcomes.length - passed, outcomes }
    },
  }
}

function createRuns({ workflows, contacts }: Store): Runtime['runs'] {
  const first = new Set<string>()
  return {
    request: async (actor, id, { contactId = '', idempotencyKey }) => {
      take(workflows, keyOf(actor, id))
      take(contacts, keyOf(actor, contactId))
      const duplicate = idempotencyKey !== undefined && first.has(idempotencyKey)
      if (idempotencyKey !== undefined) first.add(idempotencyKey)
      return { accepted: true, duplicate, eventId: 'evt_1', contactId }
    },
  }
}

function createContacts({ contacts }: Store): Runtime['contacts'] {
  return {
    list: async (actor, { phone }) => ({
      items: ofTenant(contacts, actor).filter((one) => phone === undefined || one.phone === phone),
      nextCursor: null,
    }),
    get: async (actor, id) => take(contacts, keyOf(actor, id)),
    messages: async (actor, id) => {
      take(contacts, keyOf(actor, id))
      return { items: [], nextCursor: null }
    },
  }
}

function createActors({ contacts }: Store): Runtime['actors'] {
  return {
    view: async (actor, id) => createView(take(contacts, keyOf(actor, id))),
    act: async (actor, id) => {
      take(contacts, keyOf(actor, id))
      return { eventId: 'evt_1' }
    },
  }
}

function createWebhooks(memory: () => MemoryRuntime): Runtime['webhooks'] {
  const keep = (received: Received): { accepted: true; duplicate: false; eventId: string } => {
    memory().received.push(received)
    return { accepted: true, duplicate: false, eventId: 'evt_1' }
  }
  return {
    leads: async ({ rawBody, tenant, source }) => keep({ route: 'leads', rawBody, tenant, source }),
    events: async ({ rawBody, tenant, source }) =>
      keep({ route: 'events', rawBody, tenant, source }),
    whatsappChallenge: async (query) => {
      if (query['hub.verify_token'] !== 'certo') throw new FluxoError('WEBHOOK_VERIFY_TOKEN')
      return query['hub.challenge'] ?? ''
    },
    whatsapp: async ({ rawBody }) => {
      keep({ route: 'whatsapp', rawBody })
      return { accepted: 1, ignored: 0 }
    },
    channel: async ({ rawBody, connector, channelId }) => {
      keep({ route: 'channel', rawBody, tenant: connector, source: channelId })
      return { accepted: 1, ignored: 0 }
    },
  }
}
