// Every connector there is, one line each.

import type { Connector } from './connector.ts'
import type { Email } from './email/connector.ts'
import type { MediaStore } from './media-store.ts'
import { createGemini } from './gemini/connector.ts'
import type { GeminiParts } from './gemini/outbound.ts'
import { createMetaLeads } from './meta-leads/connector.ts'
import { createTelegram } from './telegram/connector.ts'
import { createWebhook } from './webhook/connector.ts'
import { createWhatsApp } from './whatsapp/connector.ts'

export interface ConnectorOptions {
  whatsapp: { graphUrl: string; version: string }
  gemini: GeminiParts
  /** Made before the others: people try letters with it too. */
  email: Email
  /** Where a provider is reached instead of its own address, by the connector's name: sandboxes, proxies. */
  providerUrls: Readonly<Record<string, string>>
  /** Where media of messages that come is kept. */
  media: MediaStore
}

/** Makes every connector; none of them opens anything. */
export function createConnectors(options: ConnectorOptions): Connector[] {
  return [
    createWhatsApp({ ...options.whatsapp, media: options.media }),
    createMetaLeads({
      baseUrl: options.providerUrls['meta_leads'],
      version: options.whatsapp.version,
    }),
    createTelegram({ baseUrl: options.providerUrls['telegram'] }),
    options.email,
    createGemini(options.gemini),
    createWebhook(),
  ]
}
