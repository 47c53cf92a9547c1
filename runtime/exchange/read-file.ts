// A file that somebody brings: strict JSON of bounded size and depth, then a bundle or a document, or a sentence why not.

import type { ZodError } from 'zod'
import {
  BUNDLE_FORMAT,
  type BundleContent,
  BundleContentSchema,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_DEPTH,
} from '#machines/contracts/bundle.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { parseStrictBody } from '../connectors/json-body.ts'

interface Localized {
  'pt-BR': string
  en: string
}

export type FileRead =
  | { ok: false; problem: Localized }
  | {
      ok: true
      /** What was signed, and the signature, if there is one. */
      raw: JsonObject
      /** Null for the document of a workflow alone. */
      bundle: BundleContent | null
      document: WorkflowDocument
    }

/** Never throws, whatever the text is. */
export function readFile(text: string): FileRead {
  const parsed = parse(text)
  if ('problem' in parsed) return refuse(parsed.problem)
  const { raw } = parsed
  if (raw['fluxolab'] === 'bundle') return readBundle(raw)
  if (raw['fluxolab'] === 'nodes') return refuse(ONLY_NODES)
  const outline = WorkflowDocumentSchema.safeParse(raw)
  return outline.success
    ? { ok: true, raw, bundle: null, document: outline.data }
    : refuse(because(NO_WORKFLOW, outline.error))
}

function parse(text: string): { raw: JsonObject } | { problem: Localized } {
  try {
    return { raw: parseStrictBody(Buffer.from(text, 'utf8'), MAX_BUNDLE_BYTES, MAX_BUNDLE_DEPTH) }
  } catch (error) {
    if (!isFluxoError(error)) return { problem: NO_JSON }
    if (error.code === 'EVENT_TOO_LARGE') return { problem: TOO_LARGE }
    // That it is no JSON at all has been said.
    return { problem: error.cause instanceof SyntaxError ? NO_JSON : told(NO_JSON, error.message) }
  }
}

function readBundle(raw: JsonObject): FileRead {
  if (raw['format'] !== BUNDLE_FORMAT) return refuse(OTHER_FORMAT)
  const { signature: _signature, ...content } = raw
  const parsed = BundleContentSchema.safeParse(content)
  if (!parsed.success) return refuse(because(NO_BUNDLE, parsed.error))
  return { ok: true, raw, bundle: parsed.data, document: parsed.data.workflow }
}

function refuse(problem: Localized): FileRead {
  return { ok: false, problem }
}

function because(problem: Localized, { issues }: ZodError): Localized {
  const [first] = issues
  if (!first) return problem
  const path = first.path.map(String).join('.').slice(0, 120)
  return told(problem, `${path === '' ? '' : `${path}: `}${first.message}`.slice(0, 300))
}

const told = (problem: Localized, detail: string): Localized => ({
  'pt-BR': `${problem['pt-BR']} (${detail})`,
  en: `${problem.en} (${detail})`,
})

const kilobytes = MAX_BUNDLE_BYTES / 1024
const TOO_LARGE = {
  'pt-BR': `O arquivo passa de ${kilobytes} kB.`,
  en: `The file is larger than ${kilobytes} kB.`,
}
const NO_JSON = {
  'pt-BR': 'O texto não é um JSON que se possa ler. Confira se o arquivo veio inteiro.',
  en: 'The text is no JSON that can be read. Check that the file is whole.',
}
const NO_WORKFLOW = {
  'pt-BR': 'O arquivo não é um fluxo nem um pacote do FluxoLab.',
  en: 'The file is neither a workflow nor a bundle of FluxoLab.',
}
const NO_BUNDLE = {
  'pt-BR': 'O pacote não tem a forma que deveria ter.',
  en: 'The bundle has not the form that it should have.',
}
const OTHER_FORMAT = {
  'pt-BR': 'O pacote é de um formato que esta versão do FluxoLab não conhece.',
  en: 'The bundle has a format that this version of FluxoLab does not know.',
}
const ONLY_NODES = {
  'pt-BR': 'São passos copiados, não um fluxo: cole-os dentro de um fluxo aberto.',
  en: 'These are copied nodes, not a workflow: paste them into an open workflow.',
}
