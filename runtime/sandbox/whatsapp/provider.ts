// The stand-in for the WhatsApp Cloud API.

import { sign } from '../../connectors/signature.ts'
import { createDelivery } from '../delivery.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import type { SandboxContext } from './context.ts'
import { controlRoutes } from './control-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { uploadRoutes } from './media-upload.ts'
import { mediaRoutes } from './media-routes.ts'
import type { SandboxNumber, SandboxWebhook } from './record.ts'
import { sendRoute } from './send-route.ts'
import { templateRoutes } from './template-routes.ts'
import { openStore, type SandboxStore } from './store.ts'
import type { StatusDelays } from './webhook-body.ts'

export interface WhatsAppSandbox extends SandboxProvider {
  register(number: SandboxNumber): void
}

export function openWhatsApp(ground: SandboxGround, statusDelays: StatusDelays): WhatsAppSandbox {
  const store = openStore(ground.storeDir)
  const delivery = createDelivery<SandboxWebhook>({
    waiting: store.state.pending.values(),
    requestOf: (webhook) => requestOf(webhook, store),
    onDelivered: ({ id }) => store.append([{ type: 'delivered', id }]),
    now: ground.now,
  })
  const context: SandboxContext = { ...ground, store, delivery, statusDelays }
  return {
    name: 'whatsapp',
    routes: [
      sendRoute(context),
      ...uploadRoutes(context),
      ...templateRoutes(context),
      ...mediaRoutes(context),
      ...controlRoutes(context),
      ...eventRoutes(context),
    ],
    register: (number) => store.append([{ type: 'number', number }]),
    close: async () => {
      await delivery.close()
      store.close()
    },
  }
}

/** Signed as Meta does, by whoever has registered the number by now. */
function requestOf(webhook: SandboxWebhook, { state }: SandboxStore) {
  const number = state.numbers.get(webhook.phoneNumberId)
  if (!number) return null
  const body = JSON.stringify(webhook.body)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    'x-hub-signature-256': sign(number.appSecret, [body]),
  }
  return { url: number.webhookUrl, headers, body }
}
