// What the stand-in for the Bot API remembers: bots with their webhooks, messages, updates that are not delivered yet.

import { join } from 'node:path'
import { z } from 'zod'
import { type LogFile, openLogFile } from '../log-file.ts'

/** A bot belongs to the token that it was first met with. */
const BotSchema = z.object({
  id: z.string(),
  token: z.string(),
  webhookUrl: z.string().nullable(),
  secretToken: z.string().nullable(),
})
export type Bot = z.infer<typeof BotSchema>

const MessageSchema = z.object({
  /** `<chat>/<number>`. */
  id: z.string(),
  botId: z.string(),
  chat: z.string(),
  direction: z.enum(['in', 'out']),
  kind: z.string(),
  text: z.string(),
  /** ISO 8601. */
  at: z.string(),
})
export type ChatMessage = z.infer<typeof MessageSchema>

const UpdateSchema = z.object({
  id: z.string(),
  botId: z.string(),
  dueAt: z.number(),
  body: z.record(z.string(), z.json()),
})
export type Update = z.infer<typeof UpdateSchema>

const RecordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bot'), bot: BotSchema }),
  z.object({ type: z.literal('message'), message: MessageSchema }),
  z.object({ type: z.literal('update'), update: UpdateSchema }),
  z.object({ type: z.literal('delivered'), id: z.string() }),
])
type Kept = z.infer<typeof RecordSchema>

export interface Store extends LogFile<Kept> {
  bots: ReadonlyMap<string, Bot>
  messages: readonly ChatMessage[]
  pending: ReadonlyMap<string, Update>
}

/** Opens `telegram.jsonl` in `storeDir`. */
export function openStore(storeDir: string): Store {
  const bots = new Map<string, Bot>()
  const messages: ChatMessage[] = []
  const pending = new Map<string, Update>()
  const apply = (kept: Kept): void => {
    if (kept.type === 'bot') bots.set(kept.bot.id, kept.bot)
    else if (kept.type === 'message') messages.push(kept.message)
    else if (kept.type === 'update') pending.set(kept.update.id, kept.update)
    else pending.delete(kept.id)
  }
  const compact = (): Kept[] => [
    ...[...bots.values()].map((bot) => ({ type: 'bot' as const, bot })),
    ...messages.map((message) => ({ type: 'message' as const, message })),
    ...[...pending.values()].map((update) => ({ type: 'update' as const, update })),
  ]
  const path = join(storeDir, 'telegram.jsonl')
  const file = openLogFile<Kept>({ path, schema: RecordSchema, apply, compact })
  return { ...file, bots, messages, pending }
}
