// Which message of ours a mail answers: by the reply address, by what it says it answers, by the mails before that.

import type { Email } from 'postal-mime'
import type { MessageThread } from '../arrival.ts'

const EFFECT = /^eff_[0-9a-z_]{1,120}$/
const MOST_REFERENCES = 20

/** `<a@b> <c@d>` → `a@b`, `c@d`; nothing that could not be a message id. */
export function messageIdsIn(header: string | undefined): string[] {
  const found = (header ?? '').slice(0, 20_000).match(/<[^<>\s]{3,500}>/g) ?? []
  return found.map((id) => id.slice(1, -1))
}

/** Our effect's id in an address or a message id of ours; null for those of others. */
export function effectIdIn(address: string): string | null {
  const local = (address.split('@')[0] ?? '').toLowerCase()
  const effect = local.startsWith('reply+') ? local.slice('reply+'.length) : local
  return EFFECT.test(effect) ? effect : null
}

/** What a mail says of the thread that it is in, the surest first. */
export function threadOf(mail: Email, recipients: readonly string[]): MessageThread {
  const references = referencesOf(mail)
  const ids = [...messageIdsIn(mail.inReplyTo), ...references.toReversed()]
  const tokens = recipients.map(effectIdIn)
  const effectIds = [...tokens, ...ids.map(effectIdIn)].filter((id) => id !== null)
  // SES puts its own id before its own domain.
  const others = ids.filter((id) => effectIdIn(id) === null).flatMap((id) => withoutDomain(id))
  return { effectIds: unique(effectIds), providerMessageIds: unique(others) }
}

/** The mails before this one, the first one first. */
export function referencesOf(mail: Email): string[] {
  return messageIdsIn(mail.references).slice(-MOST_REFERENCES)
}

function withoutDomain(id: string): string[] {
  return /@([a-z0-9-]+\.)*amazonses\.com$/i.test(id) ? [id.split('@')[0] ?? id, id] : [id]
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)].slice(0, MOST_REFERENCES)
}
