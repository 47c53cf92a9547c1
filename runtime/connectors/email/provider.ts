// Who carries letters: SMTP, SendGrid and SES behind one interface, chosen by the channel's `provider`.

import type { ChannelCheck, OpenChannel, Outcome, PerformContext } from '../connector.ts'
import type { Letter } from './letter.ts'

export const EMAIL_PROVIDERS = ['smtp', 'sendgrid', 'ses'] as const
export type EmailProviderName = (typeof EMAIL_PROVIDERS)[number]

export interface EmailProvider {
  /** Sends one letter once; never throws for what the other side may answer. */
  send(letter: Letter, channel: OpenChannel, context: PerformContext): Promise<Outcome>
  /** Finds out whether the credentials are taken, without sending anything. */
  check(channel: OpenChannel, context: PerformContext): Promise<ChannelCheck>
  /** Ends connections that are kept for the next letter. */
  close(): Promise<void>
}

export function isEmailProvider(name: unknown): name is EmailProviderName {
  return (EMAIL_PROVIDERS as readonly unknown[]).includes(name)
}
