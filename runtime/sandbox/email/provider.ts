// The stand-in for the mail providers: a mail server, SendGrid, SES with its SNS topic, and everybody's mailbox.

import { type DeliveryRequest, createDelivery } from '../delivery.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import type { MailContext } from './context.ts'
import { FORM_BOUNDARY, sendToServer } from './inbound.ts'
import { keysOf, signAsSendgrid } from './keys.ts'
import type { MailWebhook } from './record.ts'
import { sendgridRoutes } from './sendgrid-route.ts'
import { sesRoutes } from './ses-route.ts'
import { openMailServer } from './smtp-server.ts'
import { snsRequestOf, snsRoutes } from './sns.ts'
import { openMailStore } from './store.ts'
import { viewerRoutes } from './viewer-routes.ts'

export async function openEmail(ground: SandboxGround): Promise<SandboxProvider> {
  const store = openMailStore(ground.storeDir)
  const base = { url: '' }
  const delivery = createDelivery<MailWebhook>({
    waiting: store.state.pending.values(),
    requestOf: (webhook) => requestOf(webhook, context),
    onDelivered: ({ id }) => store.append([{ type: 'delivered', id }]),
    now: ground.now,
  })
  const context: MailContext = { ...ground, store, delivery, base }
  const server = await openMailServer(context)
  return {
    name: 'email',
    routes: [
      ...sendgridRoutes(context),
      ...sesRoutes(context),
      ...snsRoutes(context),
      ...viewerRoutes(context),
    ],
    urls: (sandboxUrl) => {
      base.url = sandboxUrl
      return {
        email: `${sandboxUrl}/email`,
        smtp: `smtp://${new URL(sandboxUrl).hostname}:${server.port}`,
        sendgrid: `${sandboxUrl}/sendgrid`,
        ses: `${sandboxUrl}/ses`,
        sns: `${sandboxUrl}/sns`,
      }
    },
    close: async () => {
      await delivery.close()
      await server.close()
      store.close()
    },
  }
}

/** Made anew for each try: signatures carry the time. */
function requestOf(
  webhook: MailWebhook,
  context: MailContext,
): DeliveryRequest | (() => Promise<number | null>) | null {
  const { store, now } = context
  const account = store.state.accounts.get(webhook.account)
  if (!account) return null
  const url = account.inbound?.url
  switch (webhook.kind) {
    case 'smtp':
      return url === undefined ? null : () => sendToServer(url, webhook)
    case 'sns':
    case 'confirm':
      return snsRequestOf(webhook, account, context)
    case 'parse': {
      const type = `multipart/form-data; boundary=${FORM_BOUNDARY}`
      return url === undefined ? null : signed(url, Buffer.from(webhook.body, 'base64'), type)
    }
    case 'events':
      return account.webhookUrl === undefined
        ? null
        : signed(account.webhookUrl, Buffer.from(webhook.body), 'application/json')
  }

  function signed(address: string, body: Buffer, type: string): DeliveryRequest {
    const signature = signAsSendgrid(keysOf(store, now()), body, now())
    return { url: address, headers: { 'content-type': type, ...signature }, body }
  }
}
