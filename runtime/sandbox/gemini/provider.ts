// The stand-in for Gemini: `generateContent` with Google's own errors, scripted answers, else those of the matcher.

import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { Reply, SandboxRequest } from '../http.ts'
import { openLogFile } from '../log-file.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import type { Answer } from '../script.ts'
import { matchAnswer } from './matcher.ts'
import {
  type GeminiArrival,
  GeminiArrivalSchema,
  type Generate,
  GenerateSchema,
} from './request.ts'

const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Keys of the sandbox begin so; every other one is refused as Google does. */
const KEY_PREFIX = 'sandbox-'
const KEY_SHOWN = 16
const CHARS_PER_TOKEN = 4

export function openGemini(ground: SandboxGround): SandboxProvider {
  const arrivals: GeminiArrival[] = []
  const file = openLogFile<GeminiArrival>({
    path: join(ground.storeDir, 'gemini.jsonl'),
    schema: GeminiArrivalSchema,
    apply: (arrival) => arrivals.push(arrival),
    compact: () => arrivals,
  })
  const keep = (arrival: GeminiArrival): void => file.append([arrival])
  return {
    name: 'gemini',
    routes: [
      {
        method: 'POST',
        path: /^\/gemini\/v1(?:beta)?\/models\/(?<model>[^/:]+):generateContent$/,
        maxBytes: MAX_BODY_BYTES,
        handle: (request) => generate(request, ground, keep),
      },
      {
        method: 'GET',
        path: /^\/gemini\/requests$/,
        handle: ({ query }) => {
          const after = Number(query.get('after') ?? 0)
          return { status: 200, body: { items: arrivals.slice(after), next: arrivals.length } }
        },
      },
    ],
    close: async () => file.close(),
  }
}

async function generate(
  request: SandboxRequest,
  ground: SandboxGround,
  keep: (arrival: GeminiArrival) => void,
): Promise<Reply> {
  const model = request.params['model'] ?? ''
  const checked = check(request, model)
  const isTaken = 'contents' in checked
  const answer = isTaken ? ground.script.take('gemini', { to: model, kind: kindOf(checked) }) : null
  const reply = isTaken ? scripted(checked, answer ?? {}) : checked
  const isReset = answer?.reset
  keep({
    at: new Date(ground.now()).toISOString(),
    model,
    key: keyOf(request).slice(0, KEY_SHOWN),
    client: String(request.headers['x-goog-api-client'] ?? ''),
    answer: isReset ? `reset ${isReset}` : reply.status,
    body: request.body as Json,
  })
  if (answer?.hang) {
    await wait(answer.hang, null, { signal: ground.closing, ref: false }).catch(() => null)
  }
  return isReset ? { ...reply, reset: true } : reply
}

function keyOf({ headers }: SandboxRequest): string {
  return String(headers['x-goog-api-key'] ?? '')
}

function check(request: SandboxRequest, model: string): Generate | Reply {
  if (!keyOf(request).startsWith(KEY_PREFIX)) {
    const message = 'API key not valid. Please pass a valid API key.'
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    ]
    return errorReply(400, 'INVALID_ARGUMENT', message, details)
  }
  if (!model.startsWith('gemini-')) {
    return errorReply(404, 'NOT_FOUND', `models/${model} is not found for API version v1beta`)
  }
  const { data, error } = GenerateSchema.safeParse(request.body)
  return data ?? errorReply(400, 'INVALID_ARGUMENT', error?.message ?? '')
}

function errorReply(status: number, name: string, message: string, details: Json[] = []): Reply {
  return { status, body: { error: { code: status, message, status: name, details } } }
}

/** What is asked for, by the form of the answer. */
function kindOf({ generationConfig }: Generate): string {
  const properties = generationConfig?.responseJsonSchema?.['properties']
  const names = isJsonObject(properties) ? Object.keys(properties) : []
  if (names.includes('reply_text')) return 'reply'
  if (names.includes('intent')) return 'classify'
  if (names.includes('definition')) return 'propose'
  return names.includes('data') ? 'extract' : 'other'
}

function scripted(request: Generate, { status, retryAfter, body }: Answer): Reply {
  if (status !== undefined) {
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    const reply = errorReply(status, STATUS_NAMES[status] ?? 'UNKNOWN', 'As scripted')
    return { ...reply, headers, ...(body !== undefined && { body }) }
  }
  if (isJsonObject(body) && ('candidates' in body || 'promptFeedback' in body)) {
    return { status: 200, body }
  }
  const text = body === undefined ? matchAnswer(request) : textOfBody(body)
  return { status: 200, body: answerBody(request, text) }
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

function textOfBody(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function answerBody(request: Generate, text: string): Json {
  const promptTokenCount = Math.ceil(JSON.stringify(request).length / CHARS_PER_TOKEN)
  const candidatesTokenCount = Math.ceil(text.length / CHARS_PER_TOKEN)
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount,
      candidatesTokenCount,
      totalTokenCount: promptTokenCount + candidatesTokenCount,
    },
    modelVersion: 'gemini-sandbox',
  }
}
