// What a form's page carries through the visitor's browser: the submission's id, so that it counts once however often it
// is sent, what was asked, and when. Signed, because the browser is not ours.

import { z } from 'zod'
import { isSigned, sign } from '../connectors/signature.ts'

const TokenSchema = z.object({
  form: z.string(),
  submission: z.string().min(8).max(100),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Keys of the fields that the page asked for. */
  asked: z.array(z.string()).max(40),
})
export type FormToken = z.infer<typeof TokenSchema>

const FORM = /^([\w-]{1,4000})\.([0-9a-f]{64})$/

export function writeToken(key: string, token: FormToken): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url')
  return `${body}.${sign(key, [body]).slice('sha256='.length)}`
}

/** The token, or null for one that is not ours or of another form. */
export function readToken(key: string, form: string, text: string): FormToken | null {
  const [, body = '', signature = ''] = FORM.exec(text) ?? []
  if (!isSigned(`sha256=${signature}`, [body], [key])) return null
  const token = TokenSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
  return token.success && token.data.form === form ? token.data : null
}
