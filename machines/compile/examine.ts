// Phases 1 to 3 together: what a document holds and what is wrong with it, without making a machine of it.

import type { Diagnostic } from '../contracts/api.ts'
import { checkGraph } from './check.ts'
import { diagnose } from './diagnostics.ts'
import { parseDocument, type ParsedDocument, type ParseMemory } from './parse.ts'
import { resolveExits, type ResolvedNode } from './resolve.ts'
import type { Surroundings } from './surroundings.ts'

/** More than anybody reads; a hostile document could earn a million. */
export const MAX_DIAGNOSTICS = 1000

export interface Examined {
  /** All of them, however many. */
  diagnostics: Diagnostic[]
  /** Null when not even the outline is readable. */
  parsed: ParsedDocument | null
  nodes: ResolvedNode[]
}

/** Parses, resolves and checks a document. */
export function examine(
  input: unknown,
  surroundings: Surroundings | undefined,
  memory?: ParseMemory,
): Examined {
  const { parsed, findings } = parseDocument(input, memory)
  if (!parsed) return { diagnostics: findings.map(diagnose), parsed, nodes: [] }
  const nodes = resolveExits(parsed)
  const found = [...findings, ...checkGraph(nodes, parsed.trigger, surroundings)]
  return { diagnostics: found.map(diagnose), parsed, nodes }
}

/** What is said of a document that broke the compiler itself. */
export function unreadable(error: unknown): Diagnostic {
  const detail = error instanceof Error ? error.message : String(error)
  return diagnose({ code: 'DOCUMENT_INVALID', path: '$', detail })
}
