// Insights, acts on states and the debugger of the runtime in memory: empty, and honest about tenants.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { StateAct } from '#machines/contracts/state-acts.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'

/** Throws RESOURCE_NOT_FOUND for what is not the tenant's. */
type Find = (actor: Actor, id: string) => unknown

const AT = new Date(0).toISOString()

export function createInsights(find: Find): Runtime['insights'] {
  return {
    pace: async (actor, id, { window }) => {
      find(actor, id)
      return { window, at: AT, states: {}, contacts: 0, sampled: false }
    },
    at: async (actor, id, at) => {
      find(actor, id)
      return { versionId: null, states: {}, at, complete: true }
    },
    history: async (actor, id) => {
      find(actor, id)
      return { versionId: null, points: [], complete: true }
    },
  }
}

export function createStateActs(find: Find): Runtime['stateActs'] {
  const one = async (actor: Actor, workflowId: string): Promise<StateAct> => {
    find(actor, workflowId)
    return actOf(workflowId)
  }
  return {
    dryRun: async (actor, id) => {
      find(actor, id)
      return { total: 0, would: 0, wouldNot: [], partial: false }
    },
    start: one,
    list: async (actor, id) => ({ items: [await one(actor, id)] }),
    get: one,
    stop: one,
    undo: one,
    export: async (actor, id) => {
      find(actor, id)
      return (async function* lines() {
        yield 'contact_id\r\n'
      })()
    },
  }
}

export function createDebugger(find: Find): Runtime['debugger'] {
  return {
    steps: async (actor, id) => {
      find(actor, id)
      return { items: [], more: false }
    },
    step: async (actor, id, seq) => {
      find(actor, id)
      if (seq !== 1) throw new FluxoError('RESOURCE_NOT_FOUND')
      return { step: stepOf(seq), before: null, after: null }
    },
    audit: async (actor, id) => {
      find(actor, id)
      return { items: [], nextCursor: null }
    },
    retell: async (actor, id) => {
      find(actor, id)
      const then = { status: 'active', states: [], steps: [] }
      return { diagnostics: [], then, now: then, differsAt: null, fork: null }
    },
  }
}

function stepOf(seq: number) {
  return {
    seq,
    at: AT,
    event: 'lead.captured',
    eventId: 'evt_1',
    correlationId: 'evt_1',
    from: null,
    to: null,
    moves: [],
    effects: [],
    note: null,
    payload: {},
  }
}

function actOf(workflowId: string): StateAct {
  return {
    id: 'act_1',
    workflowId,
    kind: 'stop',
    state: 'wait',
    act: { kind: 'stop' },
    status: 'running',
    reason: 'test',
    counts: { total: 0, pending: 0, done: 0, refused: 0, undone: 0 },
    refused: [],
    undoable: false,
    createdBy: 'usr_1',
    createdAt: AT,
    finishedAt: null,
  }
}
