// Meta's lead ads, as a connector: a page is a channel that only hears. Its webhook is one for all pages of an app, and
// carries no answers; those are fetched by `runtime/leads`.

import { z } from 'zod'
import type { ChannelCheck, Connector, OpenChannel, PerformContext } from '../connector.ts'
import { FIELDS } from '../field-meta.ts'
import {
  type GraphAnswer,
  type MetaGraph,
  META_GRAPH_URL,
  type PageAccess,
  readPage,
  subscribePage,
} from './graph.ts'

export interface MetaLeadsOptions {
  /** Stands in for `https://graph.facebook.com`. */
  baseUrl?: string | undefined
  /** `v24.0`. */
  version: string
}

const SecretText = z.string().min(1).max(1000)

/** Makes the connector. */
export function createMetaLeads(options: MetaLeadsOptions): Connector {
  return {
    name: 'meta_leads',
    title: { 'pt-BR': 'Anúncios de cadastro da Meta', en: 'Meta Lead Ads' },
    channel: {
      config: z.strictObject({}),
      secrets: z.strictObject({
        accessToken: SecretText.clone().register(FIELDS, {
          title: { 'pt-BR': 'Token da página', en: 'Page token' },
          hint: {
            'pt-BR': 'De longa duração, com leads_retrieval e pages_manage_metadata',
            en: 'Long-lived, with leads_retrieval and pages_manage_metadata',
          },
        }),
        appSecret: SecretText.clone().register(FIELDS, {
          title: { 'pt-BR': 'Chave secreta do aplicativo', en: 'App secret' },
          previous: 'previousAppSecret',
        }),
        verifyToken: z
          .string()
          .min(16)
          .max(200)
          .register(FIELDS, {
            title: { 'pt-BR': 'Token de verificação', en: 'Verify token' },
            hint: {
              'pt-BR': 'Escreva-o no aplicativo da Meta, com o endereço /webhooks/meta',
              en: 'Write it in the app at Meta, with the address /webhooks/meta',
            },
            isGenerated: true,
            isShown: true,
          }),
        previousAppSecret: SecretText.optional(),
      }),
      address: {
        title: { 'pt-BR': 'Identificador da página', en: 'Page id' },
        pattern: /^\d{5,30}$/,
      },
      check: (channel, context) => check(channel, context, options),
      connect: (channel, { context }) => connect(channel, context, options),
      webhookPath: '/webhooks/meta',
    },
    outbound: [],
  }
}

/** How Graph is reached. */
export function metaGraphOf(
  egress: MetaGraph['egress'],
  { baseUrl = META_GRAPH_URL, version }: MetaLeadsOptions,
): MetaGraph {
  return { egress, baseUrl, version }
}

/** What a page's channel gives access with. */
export function pageAccessOf({
  address,
  secrets,
}: Pick<OpenChannel, 'address' | 'secrets'>): PageAccess {
  const { accessToken = '', appSecret = '' } = secrets
  return { pageId: address, accessToken, appSecret }
}

async function check(
  channel: OpenChannel,
  { egress }: PerformContext,
  options: MetaLeadsOptions,
): Promise<ChannelCheck> {
  const answer = await readPage(metaGraphOf(egress, options), pageAccessOf(channel))
  if (!answer.ok) return refused(answer)
  const { name } = answer.data
  return { ok: true, displayAddress: typeof name === 'string' ? name : channel.address }
}

/** Meta tells of a page's leads once its app is installed on the page. */
async function connect(
  channel: OpenChannel,
  { egress }: PerformContext,
  options: MetaLeadsOptions,
): Promise<{ ok: true } | Extract<ChannelCheck, { ok: false }>> {
  const answer = await subscribePage(metaGraphOf(egress, options), pageAccessOf(channel))
  return answer.ok ? { ok: true } : refused(answer)
}

function refused(answer: GraphAnswer & { ok: false }): Extract<ChannelCheck, { ok: false }> {
  const isToken = answer.kind === 'token'
  return {
    ok: false,
    error: { code: isToken ? 'META_TOKEN' : 'META_REFUSED', message: answer.message },
    ...(isToken && { field: 'secrets.accessToken' }),
  }
}
