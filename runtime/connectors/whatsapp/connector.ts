// The WhatsApp Cloud API, as a connector. Its webhooks have an address of their own: one speaks of many numbers.

import { maxBytesOf } from '../../media/real-type.ts'
import type { Connector } from '../connector.ts'
import type { MediaStore } from '../media-store.ts'
import { createWhatsAppForm } from './channel-form.ts'
import { readWhatsAppHealth } from './health.ts'
import { createMediaFetcher } from './media-fetch.ts'
import { createWhatsAppConnector, type WhatsAppConnectorOptions } from './outbound.ts'

export function createWhatsApp({
  media: store,
  ...options
}: WhatsAppConnectorOptions & { media: MediaStore }): Connector {
  return {
    name: 'whatsapp',
    title: { 'pt-BR': 'WhatsApp', en: 'WhatsApp' },
    channel: createWhatsAppForm(options),
    outbound: [
      createWhatsAppConnector(options),
      createMediaFetcher({ ...options, store, maxBytesOf }),
    ],
    readHealth: (channel, context) => readWhatsAppHealth(channel, context, options),
  }
}
