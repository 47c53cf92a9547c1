// What a channel of e-mail says of itself, read from its record, where what is kept is checked like what comes in.

import type { OpenChannel } from '../connector.ts'
import { EMAIL_PROVIDERS, type EmailProviderName, isEmailProvider } from './provider.ts'

export interface EmailSettings {
  provider: EmailProviderName
  from: { name: string | null; address: string }
  /** Where answers go; null: to the sender. */
  replyTo: string | null
  /** Domain whose mail we take in: answers come back to `reply+<effect>@…`. */
  inboundDomain: string | null
  /** What may be told of opening and clicking: of everybody, of who agreed to `tracking`, of nobody. */
  tracking: 'all' | 'consented' | 'off'
}

/** @returns a sentence with the field where something is missing */
export function readSettings(channel: OpenChannel): EmailSettings | string {
  const { config, address } = channel
  const provider = isEmailProvider(config['provider']) ? config['provider'] : channel.provider
  if (!isEmailProvider(provider)) return `provider: must be ${EMAIL_PROVIDERS.join(', ')}`
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address)) return 'address: the channel has no sender address'
  const { tracking } = config
  return {
    provider,
    from: { name: textIn(channel, 'fromName'), address },
    replyTo: textIn(channel, 'replyTo'),
    inboundDomain: textIn(channel, 'inboundDomain'),
    tracking: tracking === 'consented' || tracking === 'off' ? tracking : 'all',
  }
}

export function textIn({ config }: OpenChannel, field: string): string | null {
  const value = config[field]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
