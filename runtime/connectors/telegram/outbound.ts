// Sends texts through the Bot API: one effect, one request, one outcome. Guarantees I5 and I6. Telegram reports no
// statuses and takes no id of ours, so a send of which nobody knows stays uncertain until a person decides.

import { z } from 'zod'
import { charactersOf } from '#machines/contracts/whatsapp-limits.ts'
import type { OutboundConnector, OutboundEffect, Outcome, PerformContext } from '../connector.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../http-outcome.ts'
import { type BotApi, callBot, errorOf, readBotReply, TOKEN_FORM } from './api.ts'

/** Bot API, sendMessage: 1 to 4096 characters. */
const MAX_TEXT = 4096

const SentSchema = z.looseObject({
  message_id: z.union([z.int(), z.string()]),
  chat: z.looseObject({ id: z.union([z.int(), z.string()]) }),
})

export function createOutbound(api: BotApi): OutboundConnector {
  return {
    kinds: [],
    channel: 'telegram',
    perform: (effect, context) => send(effect, context, api),
  }
}

async function send(
  { command, to, channel }: OutboundEffect,
  context: PerformContext,
  api: BotApi,
): Promise<Outcome> {
  if (command.kind !== 'message.send_text')
    return failed('MESSAGE_KIND_UNSUPPORTED', `${command.kind} cannot be sent here`)
  if (command.text.trim() === '') return failed('MESSAGE_EMPTY', 'text: empty')
  const length = charactersOf(command.text)
  if (length > MAX_TEXT) {
    const message = `text: ${length} characters, at most ${MAX_TEXT} are allowed`
    return failed('MESSAGE_TOO_LONG', message)
  }
  const token = channel.secrets['botToken'] ?? ''
  if (!TOKEN_FORM.test(token)) {
    return failed('PROVIDER_CREDENTIALS', 'botToken: the channel has none, or one of a wrong form')
  }
  const body = { chat_id: to, text: command.text.toWellFormed() }
  try {
    const response = await callBot(api, { token, method: 'sendMessage', body }, context)
    return outcomeOf(response, new Date())
  } catch (failure) {
    return outcomeOfFailure(failure)
  }
}

function outcomeOf(response: Parameters<typeof readBotReply>[0], now: Date): Outcome {
  const reply = readBotReply(response)
  if (!reply) return outcomeOfStatus(response, now)
  if (!reply.ok) {
    const outcome = outcomeOfStatus({ ...response, status: reply.error_code }, now, errorOf(reply))
    const seconds = reply.parameters?.retry_after
    if (outcome.type !== 'retry' || seconds === undefined) return outcome
    return { ...outcome, retryAfterMs: seconds * 1000 }
  }
  const sent = SentSchema.safeParse(reply.result)
  // It was taken, whatever it says of it.
  const providerMessageId = sent.success ? `${sent.data.chat.id}/${sent.data.message_id}` : null
  return { type: 'accepted', providerMessageId, output: { message_id: providerMessageId } }
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
