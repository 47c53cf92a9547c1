// A draft by a person's own words: one question to the model, its answer held against the checks, one repair with what
// they said. Nothing is saved: the page shows what would change, and a person takes it or leaves it.

import { compile } from '#machines/compile/compile.ts'
import { isClean } from '#machines/compile/diagnostics.ts'
import type { Surroundings as Around } from '#machines/compile/surroundings.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { ProposeReply, ProposeRequest } from '#machines/contracts/workflow-exchange.ts'
import { diffWorkflows } from '#machines/diff/diff.ts'
import { kindGuide } from '#machines/exchange/kind-guide.ts'
import { createAiGround } from '../../ai/ground.ts'
import { mostTokens } from '../../connectors/gemini/ask.ts'
import { type DraftingTask, draftingTask, repairOf } from '../../connectors/gemini/drafting.ts'
import {
  type ModelReply,
  type ModelRequest,
  NO_USAGE,
} from '../../connectors/gemini/language-model.ts'
import type { AiGround, Asker } from '../../connectors/gemini/surroundings.ts'
import { inTenant } from '../../db/orm.ts'
import type { Actor } from '../../face/actor.ts'
import type { ExchangeFace } from '../../face/exchange.ts'
import { createId } from '../../ids.ts'
import type { ExchangeParts } from './exchange-parts.ts'
import { findWorkflow } from './publication.ts'
import { surroundingsOf } from './surroundings.ts'

/** Characters of a draft that is sent along: some three hundred nodes. */
const MAX_DEFINITION = 150_000
const CALL_MS = 25_000

/** Creates the command. */
export function createProposing(parts: ExchangeParts): ExchangeFace['propose'] {
  const ground = createAiGround(parts)
  let guide: ReturnType<typeof kindGuide> | null = null
  return async (actor, workflowId, request) => {
    if (JSON.stringify(request.definition).length > MAX_DEFINITION) {
      throw new FluxoError('REQUEST_TOO_LARGE', { field: 'definition' })
    }
    const around = await inTenant(parts.orm, actor.tenantId, async (records) => {
      await findWorkflow(records, actor, workflowId)
      return surroundingsOf(records, actor)
    })
    const asker = askerOf(actor, workflowId)
    const given = await ground.read(asker)
    if (given.apiKey === null) throw new FluxoError('AI_NOT_CONFIGURED')
    guide ??= kindGuide()
    const { layout: _layout, ...definition } = request.definition
    const question = { prompt: request.prompt, definition }
    const available = availableIn(around, workflowId)
    const task = draftingTask({ ...question, ground: { guide, available } }, given, given.apiKey)
    return propose({ parts, ground, asker, task, around, workflowId, request })
  }
}

interface Proposing {
  parts: ExchangeParts
  ground: AiGround
  asker: Asker
  task: DraftingTask
  around: Around
  workflowId: string
  request: ProposeRequest
}

type Judged =
  | { good: true; definition: JsonObject; summary: string; diagnostics: Diagnostic[] }
  | { good: false; problem: string; draft: Extract<Judged, { good: true }> | null }

async function propose(proposing: Proposing): Promise<ProposeReply> {
  const { task } = proposing
  const first = await call(proposing, task.request)
  const judged = judge(proposing, first.text)
  if (judged.good) return replyOf(proposing, judged, first.tokens)
  const repair = repairOf(task.request, first.text, judged.problem)
  const second = await call(proposing, repair)
  const again = judge(proposing, second.text)
  const draft = again.good ? again : (again.draft ?? judged.draft)
  if (!draft) throw new FluxoError('AI_INVALID', { message: again.good ? '' : again.problem })
  return replyOf(proposing, draft, first.tokens + second.tokens)
}

/** What the checks say stands against a draft as much as what cannot be read; the reader sees it all the same. */
function judge({ task, around, workflowId, request }: Proposing, text: string): Judged {
  const read = task.read(text)
  if (!read.ok) return { good: false, problem: read.problem, draft: null }
  const { layout } = request.definition
  const definition: JsonObject = {
    ...read.definition,
    id: workflowId,
    ...(typeof read.definition['name'] !== 'string' && {
      name: request.definition['name'] ?? workflowId,
    }),
    ...(layout !== undefined && { layout }),
  }
  const { diagnostics } = compile(definition, around)
  const draft = { good: true as const, definition, summary: read.summary, diagnostics }
  if (isClean(diagnostics)) return draft
  const told = diagnostics
    .filter(({ severity }) => severity === 'error')
    .slice(0, 20)
    .map(({ path, message }) => `${path}: ${message['pt-BR']}`)
  return { good: false, problem: told.join('\n'), draft }
}

function replyOf(
  { request, task }: Proposing,
  { definition, summary, diagnostics }: Extract<Judged, { good: true }>,
  tokens: number,
): ProposeReply {
  const diff = diffWorkflows(request.definition, definition) ?? []
  return { definition, summary, diff, diagnostics, tokens, model: task.request.model }
}

/** One call, set aside before and counted after, as every other one. */
async function call(
  { parts, ground, asker }: Proposing,
  request: ModelRequest,
): Promise<{ text: string; tokens: number }> {
  if (!(await ground.reserve(asker, mostTokens(request)))) throw new FluxoError('AI_CAP_REACHED')
  let usage = NO_USAGE
  try {
    const { model, egress } = parts
    const signal = AbortSignal.timeout(CALL_MS)
    const reply = await model.generate(request, { egress, signal })
    if (reply.type === 'answer' || reply.type === 'blocked') usage = reply.usage
    if (reply.type !== 'answer') throw refusalOf(reply)
    return { text: reply.text, tokens: usage.total }
  } finally {
    await ground.record(asker, { model: request.model, usage, isHit: false, keep: null })
  }
}

const SETUP_CODES: ReadonlySet<string> = new Set(['AI_KEY_REFUSED', 'AI_MODEL_UNKNOWN'])

function refusalOf(reply: Exclude<ModelReply, { type: 'answer' }>): FluxoError {
  if (reply.type === 'blocked') return new FluxoError('AI_BLOCKED', { message: reply.reason })
  const { code, message } = reply.error
  const said = `${code}: ${message}`
  if (SETUP_CODES.has(code)) return new FluxoError('AI_NOT_CONFIGURED', { message: said })
  return new FluxoError('PROVIDER_UNREACHABLE', { message: said })
}

/** Nobody's contact asks: the tokens are the workflow's. */
function askerOf({ tenantId }: Actor, workflowId: string): Asker {
  return { id: createId('effect'), tenantId, contactId: '', workflowId }
}

function availableIn({ channels, templates, workflows }: Around, workflowId: string): JsonObject {
  const named = templates.map(({ kind, name, language, variables }): Json => ({
    tipo: kind,
    nome: name,
    idioma: language,
    variaveis: [...variables],
  }))
  const others = workflows.filter(
    ({ id, publishedVersionId }) => id !== workflowId && publishedVersionId !== null,
  )
  return {
    canais: [...channels],
    modelos: named.slice(0, 200),
    subfluxos: others.slice(0, 200).map(({ id, input }): Json => ({ id, entrada: input as Json })),
  }
}
