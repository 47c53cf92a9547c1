// What letters stand on in one process: keys for their links, and the desk that knows whom they go to.

import type { Pool } from 'pg'
import type { EmailDesk } from '../connectors/email/desk.ts'
import { createEmailDesk } from './email-desk.ts'
import { createLetterLinks, type LetterLinks } from './letter-links.ts'
import { createLinkTokens, type LinkTokens } from './link-token.ts'

export interface LetterGround {
  tokens: LinkTokens
  links: LetterLinks
  desk: EmailDesk
}

export interface LetterGroundOptions {
  pool: Pool
  /** 32 bytes. */
  masterKey: Buffer
  /** Base that the outside world uses. */
  publicUrl: string
}

export function createLetterGround({
  pool,
  masterKey,
  publicUrl,
}: LetterGroundOptions): LetterGround {
  const tokens = createLinkTokens(masterKey)
  const links = createLetterLinks(tokens, publicUrl.replace(/\/+$/, ''))
  return { tokens, links, desk: createEmailDesk(pool, links) }
}
