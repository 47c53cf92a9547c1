// A letter that is ready to leave, whoever carries it.

export interface LetterAttachment {
  name: string
  mime: string
  content: Buffer
  /** Shown where the HTML has `src="cid:…"`. */
  cid?: string
}

export interface Letter {
  effectId: string
  channelId: string
  from: { name: string | null; address: string }
  to: string
  replyTo: string | null
  subject: string
  /** Null: it is text alone. */
  html: string | null
  text: string
  /** Without angle brackets; a function of the effect, so that a repetition is known by it. */
  messageId: string
  /** Beside those that every letter has. */
  headers: Readonly<Record<string, string>>
  attachments: readonly LetterAttachment[]
}
