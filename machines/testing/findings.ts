// What the checks find in a document, as tests compare it.

import { compile } from '../compile/compile.ts'
import type { DiagnosticCode } from '../compile/diagnostics.ts'
import type { Surroundings } from '../compile/surroundings.ts'
import { documentOf } from './document.ts'

interface Around {
  trigger?: object
  surroundings?: Surroundings
}

/** `nodeId path` of every finding of one code in a document of these nodes. */
export function foundIn(nodes: object[], code: DiagnosticCode, around: Around = {}): string[] {
  return findingsIn(nodes, code, around).map(({ nodeId, path }) => `${nodeId} ${path}`)
}

/** Every finding of one code in a document of these nodes. */
export function findingsIn(nodes: object[], code: DiagnosticCode, around: Around = {}) {
  const { trigger, surroundings } = around
  const document = documentOf(nodes, trigger && { trigger })
  return compile(document, surroundings).diagnostics.filter((found) => found.code === code)
}
