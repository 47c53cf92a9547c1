// `POST /telegram/bot<token>/<method>`: the Bot API as far as it is used here, with its refusals word for word.

import { z } from 'zod'
import type { Json } from '#machines/contracts/json.ts'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxGround } from '../provider.ts'
import { playScripted } from '../scripted.ts'
import type { Bot, ChatMessage, Store } from './record.ts'

export interface BotContext extends SandboxGround {
  store: Store
}

const TOKEN = /^(?<id>\d{3,20}):[\w-]{30,100}$/

const ChatId = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform(String)
const WebhookSchema = z.looseObject({
  url: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
  secret_token: z
    .string()
    .regex(/^[\w-]{1,256}$/)
    .optional(),
})
const TextSchema = z.looseObject({ chat_id: ChatId, text: z.string() })
const PhotoSchema = z.looseObject({
  chat_id: ChatId,
  photo: z.string().min(1),
  caption: z.string().max(1024).default(''),
})

type Method = (bot: Bot, body: unknown, context: BotContext) => Reply | Promise<Reply>

const METHODS: Readonly<Record<string, Method>> = {
  getMe: ({ id }) =>
    result({ id: Number(id), is_bot: true, first_name: 'Sandbox', username: `sandbox_${id}_bot` }),
  setWebhook: (bot, body, { store }) => {
    const parsed = WebhookSchema.safeParse(body)
    if (!parsed.success) return refusal(400, 'Bad Request: bad webhook')
    const { url, secret_token: secretToken = null } = parsed.data
    store.append([{ type: 'bot', bot: { ...bot, webhookUrl: url || null, secretToken } }])
    return result(true)
  },
  sendMessage: (bot, body, context) => {
    const parsed = TextSchema.safeParse(body)
    if (!parsed.success) return refusal(400, 'Bad Request: chat not found')
    const { chat_id: chat, text } = parsed.data
    if (text.trim() === '') return refusal(400, 'Bad Request: message text is empty')
    if (Array.from(text).length > 4096) return refusal(400, 'Bad Request: message is too long')
    return take(bot, { chat, kind: 'text', text }, context)
  },
  sendPhoto: (bot, body, context) => {
    const parsed = PhotoSchema.safeParse(body)
    if (!parsed.success)
      return refusal(400, 'Bad Request: wrong file identifier/HTTP URL specified')
    const { chat_id: chat, caption } = parsed.data
    return take(bot, { chat, kind: 'photo', text: caption }, context)
  },
}

/** Makes the route that a connector calls. */
export function botRoute(context: BotContext): Route {
  return {
    method: 'POST',
    path: /^\/telegram\/bot(?<token>[^/]+)\/(?<method>\w+)$/,
    handle: (request) => call(request, context),
  }
}

function call({ params, body }: SandboxRequest, context: BotContext): Reply | Promise<Reply> {
  const bot = botOf(params['token'] ?? '', context.store)
  if (!bot) return refusal(401, 'Unauthorized')
  const name = params['method'] ?? ''
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  return method ? method(bot, body, context) : refusal(404, 'Not Found')
}

function botOf(token: string, store: Store): Bot | null {
  const id = TOKEN.exec(decodeURIComponent(token))?.groups?.['id']
  if (id === undefined) return null
  const known = store.bots.get(id)
  if (known) return known.token === token ? known : null
  const bot: Bot = { id, token, webhookUrl: null, secretToken: null }
  store.append([{ type: 'bot', bot }])
  return bot
}

function take(
  bot: Bot,
  { chat, kind, text }: { chat: string; kind: string; text: string },
  context: BotContext,
): Promise<Reply> {
  return playScripted(
    context,
    { provider: 'telegram', to: chat, kind },
    {
      accept: () => result(sent(noteMessage({ bot, chat, kind, text, direction: 'out' }, context))),
      refuse: ({ status, retryAfter }) =>
        refusal(status, status === 429 ? 'Too Many Requests' : 'As scripted', retryAfter),
    },
  )
}

/** Remembers a message under the chat's next number and tells those who watch. */
export function noteMessage(
  given: Pick<ChatMessage, 'chat' | 'kind' | 'text' | 'direction'> & { bot: Bot; id?: string },
  { store, now, announce }: BotContext,
): ChatMessage {
  const { bot, ...rest } = given
  const number = store.messages.filter(({ chat }) => chat === given.chat).length + 1
  const at = new Date(now()).toISOString()
  const message = { id: `${given.chat}/${number}`, botId: bot.id, at, ...rest }
  store.append([{ type: 'message', message }])
  const { id, chat: who, direction, kind, text } = message
  announce({ provider: 'telegram', direction, id, who, kind, text, at })
  return message
}

/** The message as the Bot API gives it back. */
function sent({ id, chat, text, at, botId }: ChatMessage): Json {
  return {
    message_id: Number(id.split('/')[1]),
    from: { id: Number(botId), is_bot: true, first_name: 'Sandbox' },
    chat: { id: Number(chat), type: 'private' },
    date: Math.floor(Date.parse(at) / 1000),
    text,
  }
}

function result(value: Json): Reply {
  return { status: 200, body: { ok: true, result: value } }
}

function refusal(status: number, description: string, retryAfter?: number): Reply {
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }
  return { status, body: { ok: false, error_code: status, description, ...parameters } }
}
