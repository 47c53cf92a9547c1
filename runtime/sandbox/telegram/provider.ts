// The stand-in for Telegram's Bot API, and the control routes by which a script writes as a person.

import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { createDelivery, type Delivery } from '../delivery.ts'
import { parseBody, Refusal, type Reply, type Route } from '../http.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import { type BotContext, botRoute, noteMessage } from './bot-routes.ts'
import { openStore, type Update } from './record.ts'

const InboundSchema = z.strictObject({
  /** The person's chat. */
  from: z.string().regex(/^[1-9]\d{0,15}$/, "a chat's number"),
  text: z.string().min(1).max(4096),
  name: z.string().max(300).default('Pessoa'),
  /** Which bot is written to; default the one whose webhook was set last. */
  bot: z.string().optional(),
  /** The number of a message, to deliver the same one twice. */
  id: z.int().min(1).optional(),
})

/** Opens it. */
export function openTelegram(ground: SandboxGround): SandboxProvider {
  const store = openStore(ground.storeDir)
  const delivery = createDelivery<Update>({
    waiting: store.pending.values(),
    requestOf: ({ botId, body }) => {
      const bot = store.bots.get(botId)
      if (!bot?.webhookUrl) return null
      const headers = {
        'content-type': 'application/json',
        ...(bot.secretToken !== null && { 'x-telegram-bot-api-secret-token': bot.secretToken }),
      }
      return { url: bot.webhookUrl, headers, body: JSON.stringify(body) }
    },
    onDelivered: ({ id }) => store.append([{ type: 'delivered', id }]),
    now: ground.now,
  })
  const context: BotContext = { ...ground, store }
  return {
    name: 'telegram',
    routes: [botRoute(context), messagesRoute(context), inboundRoute(context, delivery)],
    close: async () => {
      await delivery.close()
      store.close()
    },
  }
}

function messagesRoute({ store }: BotContext): Route {
  return {
    method: 'GET',
    path: /^\/telegram\/messages$/,
    handle: ({ query }) => {
      const chat = query.get('chat')
      const items = store.messages.filter((one) => chat === null || one.chat === chat)
      return { status: 200, body: { items } }
    },
  }
}

function inboundRoute(context: BotContext, delivery: Delivery<Update>): Route {
  return {
    method: 'POST',
    path: /^\/telegram\/inbound$/,
    handle: ({ body }) => write(parseBody(InboundSchema, body), context, delivery),
  }
}

async function write(
  { from, text, name, bot: wanted, id }: z.infer<typeof InboundSchema>,
  context: BotContext,
  delivery: Delivery<Update>,
): Promise<Reply> {
  const { store, now } = context
  const listening = [...store.bots.values()].filter(({ webhookUrl }) => webhookUrl !== null)
  const bot = wanted === undefined ? listening.at(-1) : store.bots.get(wanted)
  if (!bot) throw new Refusal(409, 'No such bot has set a webhook')
  const given = { bot, chat: from, kind: 'text', text, direction: 'in' as const }
  const known = id === undefined ? {} : { id: `${from}/${id}` }
  const message = noteMessage({ ...given, ...known }, context)
  const update: Update = {
    id: String(randomInt(1, 2 ** 40)),
    botId: bot.id,
    dueAt: now(),
    body: {
      update_id: randomInt(1, 2 ** 31),
      message: {
        message_id: Number(message.id.split('/')[1]),
        from: { id: Number(from), is_bot: false, first_name: name, language_code: 'pt-br' },
        chat: { id: Number(from), first_name: name, type: 'private' },
        date: Math.floor(now() / 1000),
        text,
      },
    },
  }
  store.append([{ type: 'update', update }])
  return { status: 200, body: { id: message.id, status: await delivery.deliver(update) } }
}
