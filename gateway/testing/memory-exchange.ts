// Workflows that come and go, in memory: tenants are told apart, and nothing is made.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Bundle } from '#machines/contracts/bundle.ts'
import type { ImportReply } from '#machines/contracts/workflow-exchange.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'

/** Throws RESOURCE_NOT_FOUND for a workflow that is not the tenant's. */
type Find = (actor: Actor, workflowId: string) => { definition: unknown; name: string }

const MADE: ImportReply = {
  workflowId: 'wf_imported',
  name: 'Importado',
  created: [{ kind: 'workflow', name: 'Importado', note: null }],
  diagnostics: [],
  tests: { passed: 0, failed: 0 },
}

export function createExchange(find: Find): Runtime['exchange'] {
  return {
    bundle: async (actor, id) => {
      const { definition } = find(actor, id)
      return { bundle: bundleOf(definition), cleared: [], missing: [] }
    },
    preview: async (_actor, { text }) => {
      const problem = { 'pt-BR': 'Não é JSON', en: 'Not JSON' }
      return isJson(text)
        ? {
            readable: true,
            source: 'document',
            company: null,
            exportedAt: null,
            signature: 'none',
            nodeCount: 0,
            references: [],
            outcome: MADE,
          }
        : { readable: false, problem }
    },
    import: async (_actor, { acceptsUnsigned }) => {
      if (!acceptsUnsigned) throw new FluxoError('ACTION_NOT_POSSIBLE')
      return MADE
    },
    propose: async (actor, id, { definition }) => {
      find(actor, id)
      return { definition, summary: '', diff: [], diagnostics: [], tokens: 1, model: 'gemini-test' }
    },
    use: async (actor, id) => {
      find(actor, id)
      const counts = { versions: 0, tests: 0, active: 0 }
      return { ...counts, deletable: true, archived: false, scheduled: false, startedBy: [] }
    },
    duplicate: async (actor, id) => {
      find(actor, id)
      return { workflowId: 'wf_copy', tests: 0 }
    },
    archive: async (actor, id) => {
      find(actor, id)
      return { archived: true, migrationId: null }
    },
    restore: async (actor, id) => {
      find(actor, id)
      return { archived: false, migrationId: null }
    },
    remove: async (actor, id) => void find(actor, id),
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function bundleOf(definition: unknown): Bundle {
  const { id, name = id } = definition as { id: string; name?: string }
  return {
    fluxolab: 'bundle',
    format: 1,
    exportedAt: new Date(0).toISOString(),
    from: { company: 'Loja Teste', version: null },
    workflow: {
      id,
      name,
      trigger: { type: 'lead.captured' },
      nodes: [],
    },
    tests: [],
    templates: [],
    emailTemplates: [],
    partials: [],
    segments: [],
    signature: { algorithm: 'Ed25519', key: 'A'.repeat(43), value: 'A'.repeat(86) },
  }
}
