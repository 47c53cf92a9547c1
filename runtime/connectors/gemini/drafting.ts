// `proposeWorkflow`: a whole document by a person's own words. What the model may say here is a document of the platform's
// own language and a sentence about it; whether it is any good is said by the checks, and whether it is taken by a person.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { MAX_DOCUMENT_DEPTH } from '#machines/contracts/workflow.ts'
import { parseStrictBody } from '../json-body.ts'
import { draftingPrompt, type DraftingGround } from './drafting-prompt.ts'
import type { ModelRequest, Turn } from './language-model.ts'
import { createMasker } from './mask.ts'
import { foreignAddresses } from './said-text.ts'
import type { Surroundings } from './surroundings.ts'

export interface DraftingTask {
  request: ModelRequest
  read(text: string): DraftRead
}

export type DraftRead =
  | { ok: true; definition: JsonObject; summary: string }
  /** Told to the model once. */
  | { ok: false; problem: string }

export interface DraftingQuestion {
  prompt: string
  /** The draft as it is, without its layout. */
  definition: JsonObject
  ground: DraftingGround
}

/** Room for some sixty nodes and the thoughts about them. */
const MAX_OUTPUT_TOKENS = 16_384
const MAX_ANSWER_BYTES = 200 * 1024
const MAX_SUMMARY = 600

/** Makes the question; nobody's contact is in it. */
export function draftingTask(
  { prompt, definition, ground }: DraftingQuestion,
  given: Surroundings,
  apiKey: string,
): DraftingTask {
  const masks = createMasks()
  const question = {
    pedido: masks.hide(prompt),
    fluxo_atual: masks.hide(definition),
    disponivel: masks.hide(ground.available),
  }
  const contents: Turn[] = [{ role: 'user', text: JSON.stringify(question) }]
  return {
    request: {
      model: given.setup.model,
      apiKey,
      system: draftingPrompt(given, ground),
      contents,
      schema: answerSchema(ground),
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      safety: given.setup.safety,
    },
    read: (text) => {
      const answer = parse(text)
      if (typeof answer === 'string') return bad(answer)
      const shown = masks.show(answer)
      if (shown === undefined) return bad('the answer has a mark in brackets that was not given')
      const { definition: made, summary } = shown as JsonObject
      if (!isJsonObject(made)) return bad('definition is not an object')
      const foreign = foreignIn(made, { prompt, definition })
      if (foreign.length > 0) {
        return bad(`nobody gave these addresses: ${foreign.slice(0, 5).join(', ')}`)
      }
      const said = typeof summary === 'string' ? summary.slice(0, MAX_SUMMARY) : ''
      return { ok: true, definition: made, summary: said }
    },
  }
}

/** Lays out why the first answer was not taken. */
export function repairOf(request: ModelRequest, answer: string, problem: string): ModelRequest {
  const turns: Turn[] = [
    { role: 'model', text: answer.trim() === '' ? '{}' : answer.slice(0, MAX_ANSWER_BYTES) },
    { role: 'user', text: JSON.stringify({ problemas: problem.slice(0, 4_000) }) },
  ]
  return { ...request, contents: [...request.contents, ...turns] }
}

const bad = (problem: string): DraftRead => ({ ok: false, problem: problem.slice(0, 500) })

/** Strict like every answer; placeholders are what a document is made of, so they may stand in it. */
function parse(text: string): JsonObject | string {
  try {
    const bytes = Buffer.from(text.trim())
    const answer = parseStrictBody(bytes, MAX_ANSWER_BYTES, MAX_DOCUMENT_DEPTH)
    return hasInvisible(answer) ? 'texts must not contain invisible characters' : answer
  } catch (error) {
    return error instanceof Error ? error.message : 'the answer is not JSON'
  }
}

/** What nobody sees in a diff: controls, and marks of format, except those that join emoji and letters. */
const INVISIBLE = /(?![\n\r\t])\p{Cc}|(?![\u200c\u200d])\p{Cf}|\p{Co}/u

function hasInvisible(value: Json): boolean {
  if (typeof value === 'string') return INVISIBLE.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, item]) => INVISIBLE.test(key) || hasInvisible(item))
}

/** Placeholders and paths look like hosts and are none. */
const MACHINERY = /\{\{.*?\}\}|\{%.*?%\}|\$\.[\w.[\]'"-]+/g
const isAddress = (found: string): boolean => /^(?:https?:|www\.)|@/.test(found)

/**
 * Addresses that neither the person nor the draft has named; and where calls go: only the person may send them to
 * a host that the draft does not call yet, whatever its texts say.
 */
function foreignIn(
  made: JsonObject,
  { prompt, definition }: Pick<DraftingQuestion, 'prompt' | 'definition'>,
): string[] {
  const text = JSON.stringify(made).replaceAll(MACHINERY, ' ')
  const sources = [prompt, JSON.stringify(definition)]
  const known = new Set([...originsIn(definition), ...hostsIn(prompt)])
  return [
    ...foreignAddresses(text, sources).filter(isAddress),
    ...originsIn(made).filter((origin) => !known.has(origin)),
  ]
}

const ORIGIN = /https?:\/\/[^/?#\s"'{}<>]+/gi

function hostsIn(text: string): string[] {
  return [...text.matchAll(ORIGIN)].map(([origin]) => origin.toLowerCase())
}

function originsIn({ nodes }: JsonObject): string[] {
  const all = Array.isArray(nodes) ? nodes.filter(isJsonObject) : []
  return all.flatMap(({ type, url }) =>
    type === 'webhook.call' && typeof url === 'string' ? hostsIn(url).slice(0, 1) : [],
  )
}

/** The form of the answer: fields of a kind are told in words, for no provider takes a schema of that size. */
function answerSchema({ guide }: DraftingGround): JsonObject {
  const typesOf = (lines: readonly string[]) => lines.map((line) => line.split(' — ')[0] ?? '')
  const trigger = {
    type: 'object',
    properties: { type: { type: 'string', enum: typesOf(guide.triggers) } },
    required: ['type'],
  }
  const node = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      type: { type: 'string', enum: typesOf(guide.nodes) },
      label: { type: 'string' },
      next: { type: ['string', 'null'] },
      onError: { type: ['string', 'null'] },
      parent: { type: 'string' },
    },
    required: ['id', 'type'],
  }
  const definition = {
    type: 'object',
    properties: { name: { type: 'string' }, trigger, nodes: { type: 'array', items: node } },
    required: ['name', 'trigger', 'nodes'],
  }
  return {
    type: 'object',
    properties: { definition, summary: { type: 'string' } },
    required: ['definition', 'summary'],
  }
}

interface Masks {
  hide(value: Json): Json
  /** Undefined for a mark that was not given out. */
  show(value: Json): Json | undefined
}

/** Marks in the place of personal data; a text that comes back as it went is the very text that it was. */
function createMasks(): Masks {
  const masker = createMasker({ name: null, phone: null, email: null })
  const originals = new Map<string, string>()
  const hideText = (text: string): string => {
    const masked = masker.mask(text, true)
    originals.set(masked, text)
    return masked
  }
  const showText = (text: string): string | undefined =>
    originals.get(text) ?? masker.unmask(text) ?? undefined
  return {
    hide: (value) => mapTexts(value, hideText) as Json,
    show: (value) => mapTexts(value, showText),
  }
}

function mapTexts(value: Json, change: (text: string) => string | undefined): Json | undefined {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)] as const)
  if (entries.some(([, item]) => item === undefined)) return undefined
  return Array.isArray(value)
    ? entries.map(([, item]) => item as Json)
    : (Object.fromEntries(entries) as JsonObject)
}
