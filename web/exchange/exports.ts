// The forms in which a workflow leaves, made on the page: all but the bundle, which only the company can sign.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { toMermaid } from '#machines/export/to-mermaid.ts'
import { toScxml } from '#machines/export/to-scxml.ts'
import { toXState } from '#machines/export/to-xstate.ts'

export const EXPORT_FORMATS = ['json', 'bundle', 'xstate', 'scxml', 'mermaid'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

interface FileKind {
  extension: string
  type: string
}

export const FILE_KINDS: Readonly<Record<ExportFormat, FileKind>> = {
  json: { extension: 'json', type: 'application/json' },
  bundle: { extension: 'fluxo.json', type: 'application/json' },
  xstate: { extension: 'machine.ts', type: 'text/plain' },
  scxml: { extension: 'scxml', type: 'application/xml' },
  mermaid: { extension: 'mmd', type: 'text/plain' },
}

/** @returns null where the document has errors that the form cannot say */
export function exportText(
  document: WorkflowDocument,
  format: Exclude<ExportFormat, 'bundle'>,
): string | null {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`
  const write = { xstate: toXState, scxml: toScxml, mermaid: toMermaid }[format]
  return write(document).text
}

const MAX_SHOWN = 20_000

/** As much as can be looked through; cut at the end of a line. */
export function previewText(text: string): { shown: string; isWhole: boolean } {
  if (text.length <= MAX_SHOWN) return { shown: text, isWhole: true }
  const cut = text.lastIndexOf('\n', MAX_SHOWN)
  return { shown: text.slice(0, cut > 0 ? cut : MAX_SHOWN), isWhole: false }
}
