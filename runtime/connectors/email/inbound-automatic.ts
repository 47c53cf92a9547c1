// Is there a person behind a mail? RFC 3834 §5 and what mail programs do besides: whoever answers machines starts a loop.

import type { Email } from 'postal-mime'

export type AutomaticReason =
  | 'auto_submitted'
  | 'out_of_office'
  | 'bulk'
  /** A delivery or a reading is reported by no person. */
  | 'report'
  /** It is our own. */
  | 'loop'

const OUT_OF_OFFICE =
  /^\s*(re:\s*|res:\s*)?(\[?(auto(matic|mated)?[- ]?(reply|response)|autoreply)\]?|out of (the )?office|ooo:|resposta autom[aá]tica|fora do escrit[oó]rio|aus[eê]ncia (tempor[aá]ria|do escrit[oó]rio)|estou de f[eé]rias|respuesta autom[aá]tica|fuera de la oficina|abwesenheit)/iu
const MACHINES = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+@-]|$)/iu

/** Why no person wrote it; null for a person's mail. */
export function automaticReasonOf(
  mail: Email,
  ownAddresses: ReadonlySet<string>,
): AutomaticReason | null {
  const header = (name: string): string =>
    mail.headers
      .find(({ key }) => key === name)
      ?.value.trim()
      .toLowerCase() ?? ''
  const from = mail.from?.address?.toLowerCase() ?? ''
  if (header('x-fluxo-effect') !== '' || ownAddresses.has(from)) return 'loop'
  if (isReport(from, header)) return 'report'
  if (OUT_OF_OFFICE.test(mail.subject ?? '')) return 'out_of_office'
  if (isSubmittedByMachine(header)) return 'auto_submitted'
  const isForMany = /^(bulk|junk|list|auto_reply)/.test(header('precedence'))
  return isForMany || header('list-id') !== '' ? 'bulk' : null
}

type Header = (name: string) => string

function isReport(from: string, header: Header): boolean {
  const isMachine = MACHINES.test(from) || header('return-path') === '<>'
  return isMachine || /^multipart\/report\b/.test(header('content-type'))
}

function isSubmittedByMachine(header: Header): boolean {
  const submitted = header('auto-submitted')
  if (submitted !== '' && !submitted.startsWith('no')) return true
  return ['x-autoreply', 'x-autorespond', 'x-autoresponder'].some((name) => isSaid(header(name)))
}

function isSaid(value: string): boolean {
  return value !== '' && value !== 'no'
}

/** More mails than a person writes in this time are a machine's, whatever it says. */
const MOST_MAILS = 30
const WINDOW_MS = 10 * 60 * 1000
const MOST_SENDERS = 10_000

export interface LoopGuard {
  /** Counts a mail. @returns whether this sender is in a loop with us */
  isLooping(key: string, now: number): boolean
}

/** Creates a guard with a memory of its own. */
export function createLoopGuard(): LoopGuard {
  const times = new Map<string, number[]>()
  return {
    isLooping: (key, now) => {
      const recent = (times.get(key) ?? []).filter((at) => now - at < WINDOW_MS)
      // The one heard of last goes to the end; the first one is forgotten.
      times.delete(key)
      times.set(key, [...recent.slice(-MOST_MAILS), now])
      const [oldest] = times.keys()
      if (times.size > MOST_SENDERS && oldest !== undefined) times.delete(oldest)
      return recent.length >= MOST_MAILS
    },
  }
}
