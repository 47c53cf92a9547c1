// Versions and migrations of the runtime in memory: one of each for every workflow, and tenants are told apart.

import type { Migration, VersionItem } from '#machines/contracts/versions.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'

/** Throws RESOURCE_NOT_FOUND for a workflow that is not the tenant's. */
type Find = (actor: Actor, workflowId: string) => unknown

const AT = new Date(0).toISOString()
const VERSION: VersionItem = {
  id: 'ver_1',
  number: 1,
  publishedAt: AT,
  publishedBy: null,
  current: true,
  active: 0,
}

export function createVersions(find: Find): Runtime['versions'] {
  return {
    list: async (actor, id) => {
      find(actor, id)
      return { items: [VERSION] }
    },
    get: async (actor, id, versionId) => {
      find(actor, id)
      return { ...VERSION, id: versionId, definition: {} }
    },
    diff: async (actor, id, refs) => {
      find(actor, id)
      return { ...refs, changes: [], stateMap: [] }
    },
    rollback: async (actor, id, { versionId }) => {
      find(actor, id)
      return { workflowId: id, versionId, number: 1, created: true, migrationId: null }
    },
    whatIf: async (actor, id) => {
      find(actor, id)
      const by = { notStarted: 0, end: 0, effects: 0, messages: 0 }
      return { diagnostics: [], runs: 0, same: 0, differing: 0, by, contacts: [] }
    },
  }
}

export function createMigrations(find: Find): Runtime['migrations'] {
  const one = async (actor: Actor, workflowId: string): Promise<Migration> => {
    find(actor, workflowId)
    return migrationOf(workflowId)
  }
  return {
    dryRun: async (actor, id, { to = 'ver_1' }) => {
      find(actor, id)
      return { to, from: [], total: 0, moved: 0, refused: [], cannotMove: [], partial: false }
    },
    start: one,
    end: one,
    list: async (actor, id) => ({ items: [await one(actor, id)] }),
    get: one,
    items: async (actor, id) => {
      find(actor, id)
      return { items: [], nextCursor: null }
    },
    stop: one,
    undo: one,
  }
}

function migrationOf(workflowId: string): Migration {
  return {
    id: 'mig_1',
    workflowId,
    kind: 'move',
    to: 'ver_1',
    from: ['ver_2'],
    status: 'running',
    stopReason: null,
    reason: 'test',
    counts: { total: 0, pending: 0, moved: 0, refused: 0, gone: 0, undone: 0 },
    refused: [],
    createdBy: 'usr_1',
    createdAt: AT,
    finishedAt: null,
  }
}
