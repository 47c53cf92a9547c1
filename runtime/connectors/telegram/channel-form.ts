// What a tenant fills in for a bot, whether Telegram takes it, and telling Telegram where to deliver.

import { z } from 'zod'
import type { ChannelCheck, ChannelForm, OpenChannel, PerformContext } from '../connector.ts'
import { FIELDS } from '../field-meta.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../http-outcome.ts'
import { type BotApi, callBot, errorOf, readBotReply, TOKEN_FORM } from './api.ts'

const BotSchema = z.looseObject({
  id: z.union([z.int(), z.string()]).transform(String),
  username: z.string(),
})

export function createChannelForm(api: BotApi): ChannelForm {
  return {
    config: z.strictObject({}),
    secrets: z.strictObject({
      botToken: z
        .string()
        .regex(TOKEN_FORM)
        .register(FIELDS, {
          title: { 'pt-BR': 'Token do bot', en: 'Bot token' },
          hint: {
            'pt-BR': 'O @BotFather o mostra ao criar o bot: 123456789:AAE…',
            en: '@BotFather shows it when the bot is made: 123456789:AAE…',
          },
        }),
      webhookSecret: z
        .string()
        .min(16)
        .register(FIELDS, {
          title: { 'pt-BR': 'Segredo do webhook', en: 'Webhook secret' },
          isGenerated: true,
          previous: 'previousWebhookSecret',
        }),
      previousWebhookSecret: z.string().optional(),
    }),
    address: {
      title: { 'pt-BR': 'Número do bot', en: 'Bot id' },
      hint: {
        'pt-BR': 'Os algarismos antes dos dois-pontos do token',
        en: 'The digits before the colon of the token',
      },
      pattern: /^\d{3,20}$/,
    },
    check: (channel, context) => check(channel, context, api),
    connect: (channel, { webhookUrl, context }) => {
      const body = {
        url: webhookUrl,
        secret_token: channel.secrets['webhookSecret'] ?? '',
        allowed_updates: ['message'],
      }
      return ask(channel, { method: 'setWebhook', body }, { context, api })
    },
  }
}

async function check(
  channel: OpenChannel,
  context: PerformContext,
  api: BotApi,
): Promise<ChannelCheck> {
  const answer = await ask(channel, { method: 'getMe', body: {} }, { context, api })
  if (!answer.ok) return answer
  const bot = BotSchema.safeParse(answer.result)
  if (!bot.success) return no('PROVIDER_REFUSED', 'getMe told nothing of a bot', 'secrets.botToken')
  if (bot.data.id !== channel.address)
    return no('PROVIDER_CREDENTIALS', `The token is that of bot ${bot.data.id}`, 'address')
  return { ok: true, displayAddress: `@${bot.data.username}` }
}

type Answer = { ok: true; result: unknown } | Extract<ChannelCheck, { ok: false }>

async function ask(
  { secrets }: OpenChannel,
  call: { method: string; body: Parameters<typeof callBot>[1]['body'] },
  { context, api }: { context: PerformContext; api: BotApi },
): Promise<Answer> {
  try {
    const response = await callBot(api, { token: secrets['botToken'] ?? '', ...call }, context)
    const reply = readBotReply(response)
    if (!reply) return { ok: false, error: outcomeOfStatus(response, new Date()).error }
    if (reply.ok) return { ok: true, result: reply.result }
    const { code, message } = errorOf(reply)
    return no(code, message, code === 'PROVIDER_CREDENTIALS' ? 'secrets.botToken' : undefined)
  } catch (failure) {
    return { ok: false, error: outcomeOfFailure(failure).error }
  }
}

function no(code: string, message: string, field?: string): Extract<ChannelCheck, { ok: false }> {
  return { ok: false, error: { code, message }, ...(field !== undefined && { field }) }
}
