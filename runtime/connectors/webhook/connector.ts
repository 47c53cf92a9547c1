// Calls of the tenant's own addresses, as a connector.

import type { Connector } from '../connector.ts'
import { createWebhookConnector } from './outbound.ts'

export function createWebhook(): Connector {
  return {
    name: 'webhook',
    title: { 'pt-BR': 'Webhook', en: 'Webhook' },
    outbound: [createWebhookConnector()],
  }
}
