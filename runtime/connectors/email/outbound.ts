// Sends letters: who must not get any is asked right before, then one letter, one provider, one outcome (I5, I6).

import { isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { createLetterCache } from '../../letters/letter-cache.ts'
import type { OutboundConnector, OutboundEffect, Outcome, PerformContext } from '../connector.ts'
import { fetchAttachments } from './attachments.ts'
import type { EmailDesk } from './desk.ts'
import type { EmailProvider, EmailProviderName } from './provider.ts'
import { readSettings } from './settings.ts'
import { attachmentsOf, type EmailCommand, writeLetter } from './write-letter.ts'

export interface EmailOutboundOptions {
  providers: Readonly<Record<EmailProviderName, EmailProvider>>
  desk: EmailDesk
}

/** Makes the connector for letters; the channel's `provider` says who carries them. */
export function createEmailOutbound({ providers, desk }: EmailOutboundOptions): OutboundConnector {
  const compile = createLetterCache()

  async function send(effect: OutboundEffect, context: PerformContext): Promise<Outcome> {
    const { command, channel } = effect
    if (!isEmail(command)) return failed('MESSAGE_KIND_UNSUPPORTED', `${command.kind} is no letter`)
    const settings = readSettings(channel)
    if (typeof settings === 'string') return failed('EMAIL_CHANNEL_INCOMPLETE', settings)
    const facts = await desk.find(effect).catch((error: unknown) => notFound(error))
    if ('type' in facts) return facts
    const { suppression } = facts
    if (suppression) {
      const since = `${suppression.reason} since ${suppression.since.slice(0, 10)}`
      return failed('EMAIL_SUPPRESSED', `Nothing is sent to this address: ${since}`)
    }
    const { links } = desk
    const now = new Date()
    const written = await writeLetter({ effect, command, settings, facts, links, compile, now })
    if (!written.ok) return { type: 'failed', error: written.error }
    const fetched = await fetchAttachments(attachmentsOf(command), effect, context)
    if (!fetched.ok) return fetched.outcome
    const letter = { ...written.draft, attachments: fetched.files }
    return providers[settings.provider].send(letter, channel, context)
  }

  return { kinds: ['email.send_template', 'email.send_text'], channel: 'email', perform: send }
}

function isEmail(command: OutboundEffect['command']): command is EmailCommand {
  const { kind } = command
  return (
    kind === 'email.send_template' || kind === 'email.send_text' || kind === 'message.send_text'
  )
}

/** Nothing has left yet. */
function notFound(error: unknown): Extract<Outcome, { type: 'retry' }> {
  const { message } = error as Error
  const reason: EffectError = { code: isFluxoError(error) ? error.code : 'INTERNAL', message }
  return { type: 'retry', error: reason }
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
