// Codes and sentences of what the checks find; the builder shows them beside the node.

import type { Diagnostic } from '../contracts/api.ts'

type Sentence = (detail: string) => { 'pt-BR': string; en: string }

const SENTENCES = {
  DOCUMENT_INVALID: (detail) => ({
    'pt-BR': `O documento não é um fluxo válido: ${detail}`,
    en: `The document is not a valid workflow: ${detail}`,
  }),
  DOCUMENT_EMPTY: () => ({
    'pt-BR': 'O fluxo não tem nenhum estado. Acrescente um.',
    en: 'The workflow has no state. Add one.',
  }),
  TRIGGER_UNKNOWN: (detail) => ({
    'pt-BR': `O gatilho "${detail}" não existe.`,
    en: `There is no trigger "${detail}".`,
  }),
  TRIGGER_INVALID: (detail) => ({
    'pt-BR': `O gatilho tem um campo inválido: ${detail}`,
    en: `The trigger has an invalid field: ${detail}`,
  }),
  NODE_KIND_UNKNOWN: (detail) => ({
    'pt-BR': `Não existe estado do tipo "${detail}".`,
    en: `There is no node kind "${detail}".`,
  }),
  NODE_INVALID: (detail) => ({
    'pt-BR': `O estado tem um campo inválido: ${detail}`,
    en: `The node has an invalid field: ${detail}`,
  }),
  NODE_ID_INVALID: (detail) => ({
    'pt-BR': `O identificador "${detail}" não é permitido: use letras, números, "_" e "-", no máximo 64.`,
    en: `The id "${detail}" is not allowed: use letters, digits, "_" and "-", at most 64.`,
  }),
  NODE_ID_RESERVED: (detail) => ({
    'pt-BR': `O identificador "${detail}" é reservado. Escolha outro.`,
    en: `The id "${detail}" is reserved. Choose another.`,
  }),
  NODE_ID_DUPLICATE: (detail) => ({
    'pt-BR': `Há mais de um estado com o identificador "${detail}".`,
    en: `More than one node has the id "${detail}".`,
  }),
  TARGET_MISSING: (detail) => ({
    'pt-BR': `O caminho leva a "${detail}", que não existe.`,
    en: `The path leads to "${detail}", which does not exist.`,
  }),
  PARENT_INVALID: (detail) => ({
    'pt-BR': `"${detail}" não pode conter este estado: indique um grupo, um paralelo ou um laço, sem voltar a si mesmo.`,
    en: `"${detail}" cannot hold this node: name a group, a parallel or a loop, not leading back to itself.`,
  }),
  CONTAINER_EMPTY: (detail) => ({
    'pt-BR': `"${detail}" não tem nenhum estado dentro.`,
    en: `"${detail}" has no node inside.`,
  }),
  REGION_NOT_GROUP: (detail) => ({
    'pt-BR': `Dentro de um paralelo só cabem grupos; "${detail}" não é um.`,
    en: `A parallel holds groups only; "${detail}" is none.`,
  }),
  NODE_UNREACHABLE: (detail) => ({
    'pt-BR': `Nenhum caminho chega a "${detail}".`,
    en: `No path reaches "${detail}".`,
  }),
  LOOP_WITHOUT_WAIT: (detail) => ({
    'pt-BR': `O laço ${detail} nunca espera nem envia nada e não teria fim.`,
    en: `The loop ${detail} never waits or sends and would not end.`,
  }),
  EXPRESSION_INVALID: (detail) => ({
    'pt-BR': `A expressão não está certa: ${detail}`,
    en: `The expression is wrong: ${detail}`,
  }),
} as const satisfies Record<string, Sentence>

export type DiagnosticCode = keyof typeof SENTENCES

const WARNINGS: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>(['NODE_UNREACHABLE'])

export interface Finding {
  code: DiagnosticCode
  /** JSON path into the document. */
  path: string
  nodeId?: string
  detail?: string
}

/** A finding as people read it, in both languages. */
export function diagnose(finding: Finding): Diagnostic {
  return {
    code: finding.code,
    severity: WARNINGS.has(finding.code) ? 'warning' : 'error',
    nodeId: finding.nodeId ?? null,
    path: finding.path,
    message: SENTENCES[finding.code](finding.detail ?? ''),
  }
}

/** True when nothing stands against publishing. */
export function isClean(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every((diagnostic) => diagnostic.severity !== 'error')
}
