// What the checks find, and how people and the builder read it.

import type { Diagnostic, DiagnosticTrace, JsonPatchOp } from '../contracts/api.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { SENTENCES } from './sentences.ts'

export type DiagnosticCode = keyof typeof SENTENCES

/** Every code that a check can report. */
export const DIAGNOSTIC_CODES = Object.keys(SENTENCES) as DiagnosticCode[]

export interface Finding {
  code: DiagnosticCode
  /** JSON path into the document. */
  path: string
  nodeId?: string
  /** What it is about; in both languages where the words differ. */
  detail?: string | Localized
  /** The second thing that the sentence names. */
  other?: string | Localized
  /** Where a finding weighs more or less than its code usually does. */
  severity?: 'error' | 'warning'
  fix?: JsonPatchOp[] | null
  trace?: DiagnosticTrace | null
}

/** A finding as people read it, in both languages. */
export function diagnose(finding: Finding): Diagnostic {
  const { code, path, nodeId = null, fix = null, trace = null } = finding
  const severity = finding.severity ?? SENTENCES[code].severity
  const message = { 'pt-BR': say(finding, 'pt-BR'), en: say(finding, 'en') }
  return { code, severity, nodeId, path, message, fix, trace }
}

function say({ code, detail = '', other = '' }: Finding, language: keyof Localized): string {
  const [a, b] = [detail, other].map((text) => (typeof text === 'string' ? text : text[language]))
  return SENTENCES[code][language](a ?? '', b ?? '')
}

/** True when nothing stands against publishing. */
export function isClean(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every((diagnostic) => diagnostic.severity !== 'error')
}
