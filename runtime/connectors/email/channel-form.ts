// What a tenant fills in for a sender of e-mail, whoever carries its letters.

import { z } from 'zod'
import type { ChannelForm } from '../connector.ts'
import { FIELDS } from '../field-meta.ts'
import { EMAIL_PROVIDERS, type EmailProvider, type EmailProviderName } from './provider.ts'
import { readSettings } from './settings.ts'

type Title = { 'pt-BR': string; en: string }
const titled = (schema: z.ZodType, title: Title, hint?: Title): z.ZodType =>
  schema.register(FIELDS, { title, ...(hint && { hint }) })
const text = (max = 300) => z.string().trim().max(max).optional()
const both = (word: string): Title => ({ 'pt-BR': word, en: word })

/** @param providers find out whether the credentials are taken */
export function createChannelForm(
  providers: Readonly<Record<EmailProviderName, EmailProvider>>,
): ChannelForm {
  return {
    config: CONFIG,
    secrets: SECRETS,
    address: {
      title: { 'pt-BR': 'Endereço do remetente', en: 'Sender address' },
      hint: both('contato@loja.com.br'),
      pattern: /^[^\s@<>]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/,
    },
    check: async (channel, context) => {
      const settings = readSettings(channel)
      if (typeof settings !== 'string') return providers[settings.provider].check(channel, context)
      return { ok: false, error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message: settings } }
    },
    providerOf: ({ provider }) => (typeof provider === 'string' ? provider : 'smtp'),
  }
}

const CONFIG = z.strictObject({
  provider: titled(
    z.enum(EMAIL_PROVIDERS),
    { 'pt-BR': 'Quem entrega', en: 'Provider' },
    { 'pt-BR': 'SMTP, SendGrid ou Amazon SES', en: 'SMTP, SendGrid or Amazon SES' },
  ),
  fromName: titled(text(100), { 'pt-BR': 'Nome do remetente', en: 'Sender name' }),
  replyTo: titled(text(254), { 'pt-BR': 'Responder para', en: 'Reply to' }),
  host: titled(
    text(253),
    { 'pt-BR': 'Servidor SMTP', en: 'SMTP server' },
    both('smtp.exemplo.com.br'),
  ),
  port: titled(
    z.int().min(1).max(65_535).optional(),
    { 'pt-BR': 'Porta', en: 'Port' },
    both('465, 587'),
  ),
  security: titled(z.enum(['tls', 'starttls']).optional(), {
    'pt-BR': 'Criptografia',
    en: 'Encryption',
  }),
  user: titled(text(), { 'pt-BR': 'Usuário SMTP', en: 'SMTP user' }),
  region: titled(text(30), { 'pt-BR': 'Região da AWS', en: 'AWS region' }, both('sa-east-1')),
  configurationSet: titled(text(64), {
    'pt-BR': 'Conjunto de configurações do SES',
    en: 'SES configuration set',
  }),
  tracking: titled(
    z.enum(['all', 'consented', 'off']).optional(),
    { 'pt-BR': 'Rastrear aberturas e cliques', en: 'Track opens and clicks' },
    {
      'pt-BR': 'De todos, só de quem consentiu com “tracking”, ou de ninguém',
      en: 'Of everybody, only of who agreed to “tracking”, or of nobody',
    },
  ),
  inboundDomain: titled(
    text(253),
    { 'pt-BR': 'Domínio das respostas', en: 'Domain of replies' },
    {
      'pt-BR': 'Respostas chegam a reply+…@este domínio',
      en: 'Replies come to reply+…@this domain',
    },
  ),
  inboundAddresses: titled(text(2_000), {
    'pt-BR': 'Outros endereços que recebem',
    en: 'Further addresses that receive',
  }),
  sendgridPublicKey: titled(text(2_000), {
    'pt-BR': 'Chave pública dos webhooks do SendGrid',
    en: 'Public key of SendGrid’s webhooks',
  }),
  snsTopicArns: titled(text(2_000), {
    'pt-BR': 'Tópicos do SNS (ARN)',
    en: 'SNS topics (ARN)',
  }),
})

const SECRETS = z.strictObject({
  password: titled(text(1_000), { 'pt-BR': 'Senha SMTP', en: 'SMTP password' }),
  apiKey: titled(text(1_000), { 'pt-BR': 'Chave de API do SendGrid', en: 'SendGrid API key' }),
  accessKeyId: titled(text(), { 'pt-BR': 'Chave de acesso da AWS', en: 'AWS access key' }),
  secretAccessKey: titled(text(), {
    'pt-BR': 'Chave secreta da AWS',
    en: 'AWS secret key',
  }),
  inboundKey: z
    .string()
    .min(16)
    .optional()
    .register(FIELDS, {
      title: { 'pt-BR': 'Chave do recebimento', en: 'Key of the inbound address' },
      isGenerated: true,
      isShown: true,
    }),
})
