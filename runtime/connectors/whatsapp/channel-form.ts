// What a tenant fills in for a WhatsApp number, and whether Meta takes it.

import { z } from 'zod'
import type { ChannelCheck, ChannelForm, OpenChannel, PerformContext } from '../connector.ts'
import { FIELDS } from '../field-meta.ts'
import { outcomeOfFailure, outcomeOfStatus } from '../http-outcome.ts'
import { parseProviderBody } from '../json-body.ts'
import { toEffectError } from './error-codes.ts'
import { ErrorReplySchema } from './payload.ts'

export interface GraphOptions {
  graphUrl: string
  version: string
}

const NumberSchema = z.looseObject({
  display_phone_number: z.string().min(1).max(40),
  verified_name: z.string().max(300).optional(),
})

const MAX_ANSWER_BYTES = 64 * 1024
/** Codes by which Meta says that the token is not good for this number. */
const TOKEN_CODES: ReadonlySet<number> = new Set([0, 3, 10, 190, 200])

const CONFIG = z.object({
  wabaId: z
    .string()
    .regex(/^\d{5,30}$/)
    .optional()
    .register(FIELDS, {
      title: { 'pt-BR': 'ID da conta do WhatsApp', en: 'WhatsApp account id' },
      hint: {
        'pt-BR': 'A conta WhatsApp Business (WABA) do número; os modelos são dela',
        en: 'The number’s WhatsApp Business Account (WABA); templates belong to it',
      },
    }),
})

const SECRETS = z.strictObject({
  accessToken: z
    .string()
    .min(1)
    .max(1000)
    .register(FIELDS, {
      title: { 'pt-BR': 'Token de acesso', en: 'Access token' },
      hint: {
        'pt-BR': 'De um usuário do sistema, sem prazo, com whatsapp_business_messaging',
        en: 'Of a system user, without expiry, with whatsapp_business_messaging',
      },
    }),
  appSecret: z
    .string()
    .min(1)
    .max(200)
    .register(FIELDS, {
      title: { 'pt-BR': 'Chave secreta do aplicativo', en: 'App secret' },
      hint: {
        'pt-BR': 'Assina os webhooks: Painel do aplicativo > Configurações > Básico',
        en: 'Signs the webhooks: App dashboard > Settings > Basic',
      },
      previous: 'previousAppSecret',
    }),
  verifyToken: z
    .string()
    .min(8)
    .max(200)
    .register(FIELDS, {
      title: { 'pt-BR': 'Token de verificação', en: 'Verify token' },
      hint: {
        'pt-BR': 'Cole na Meta ao lado do endereço do webhook',
        en: 'Paste it at Meta beside the webhook’s address',
      },
      isGenerated: true,
      isShown: true,
    }),
  previousAppSecret: z.string().optional(),
})

export function createWhatsAppForm(options: GraphOptions): ChannelForm {
  return {
    config: CONFIG,
    secrets: SECRETS,
    address: {
      title: { 'pt-BR': 'ID do número de telefone', en: 'Phone number id' },
      hint: {
        'pt-BR': 'Os algarismos em WhatsApp > Configuração da API; não é o número em si',
        en: 'The digits under WhatsApp > API setup; it is not the number itself',
      },
      pattern: /^\d{5,30}$/,
    },
    webhookPath: '/webhooks/whatsapp',
    providerOf: () => 'whatsapp_cloud',
    check: (channel, context) => check(channel, context, options),
  }
}

async function check(
  { address, secrets }: OpenChannel,
  { egress, signal }: PerformContext,
  { graphUrl, version }: GraphOptions,
): Promise<ChannelCheck> {
  const base = `${graphUrl.replace(/\/+$/, '')}/${version}/${encodeURIComponent(address)}`
  try {
    const response = await egress.request({
      url: `${base}?fields=display_phone_number,verified_name`,
      headers: { authorization: `Bearer ${secrets['accessToken'] ?? ''}` },
      signal,
      maxBytes: MAX_ANSWER_BYTES,
    })
    const body = readBody(response.body)
    const number = NumberSchema.safeParse(body)
    if (response.status < 300 && number.success) {
      const { display_phone_number: phone, verified_name: name } = number.data
      return { ok: true, displayAddress: name ? `${phone} · ${name}` : phone }
    }
    const refusal = ErrorReplySchema.safeParse(body)
    if (!refusal.success) return { ok: false, error: outcomeOfStatus(response, new Date()).error }
    const { error } = refusal.data
    const field = fieldOf(error.code)
    return { ok: false, error: toEffectError(error), ...(field !== null && { field }) }
  } catch (failure) {
    return { ok: false, error: outcomeOfFailure(failure).error }
  }
}

function fieldOf(code: number): string | null {
  if (TOKEN_CODES.has(code)) return 'secrets.accessToken'
  // Unsupported get request: no such number, or not for this token.
  return code === 100 || code === 33 ? 'address' : null
}

function readBody(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}
