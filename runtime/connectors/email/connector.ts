// E-mail, as a connector: letters over SMTP, SendGrid or SES.

import type { SocketGuard } from '../../egress/guarded-socket.ts'
import type { Connector, OutboundConnector } from '../connector.ts'
import { createChannelForm } from './channel-form.ts'
import type { EmailDesk } from './desk.ts'
import { createEmailInbound } from './inbound.ts'
import { createEmailOutbound } from './outbound.ts'
import type { EmailProvider, EmailProviderName } from './provider.ts'
import { createSendGrid } from './sendgrid/provider.ts'
import { createSes } from './ses/provider.ts'
import { createSmtp } from './smtp/provider.ts'

export interface EmailOptions {
  desk: EmailDesk
  /** Where providers are reached instead: `smtp`, `sendgrid`, `ses`. */
  providerUrls: Readonly<Record<string, string>>
  /** `host:port` that SMTP may reach although private. */
  allow?: readonly string[]
  resolve?: SocketGuard['resolve']
  timeoutMs?: number
}

export interface Email extends Connector {
  outbound: readonly [OutboundConnector]
  /** The same with another desk: a draft is tried on an address. */
  outboundFor(desk: EmailDesk): OutboundConnector
  /** Ends the connections that are kept open. */
  close(): Promise<void>
}

export function createEmail({ desk, providerUrls, ...options }: EmailOptions): Email {
  const limit = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
  const providers: Record<EmailProviderName, EmailProvider> = {
    smtp: createSmtp({ instead: providerUrls['smtp'], ...options }),
    sendgrid: createSendGrid({ baseUrl: providerUrls['sendgrid'], ...limit }),
    ses: createSes({ baseUrl: providerUrls['ses'], ...limit }),
  }
  return {
    name: 'email',
    title: { 'pt-BR': 'E-mail', en: 'E-mail' },
    channel: createChannelForm(providers),
    inbound: createEmailInbound({ providerUrls }),
    outbound: [createEmailOutbound({ providers, desk })],
    outboundFor: (other) => createEmailOutbound({ providers, desk: other }),
    close: async () => {
      await Promise.all(Object.values(providers).map((provider) => provider.close()))
    },
  }
}
