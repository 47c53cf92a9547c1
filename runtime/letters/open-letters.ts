// Letters of one process: the connector that sends them, and what their links and previews stand on.

import { createEmail, type Email } from '../connectors/email/connector.ts'
import { createLetterGround, type LetterGround, type LetterGroundOptions } from './ground.ts'

export interface Letters extends LetterGround {
  email: Email
}

/** @param options.egressAllow `host:port` that SMTP may reach although private */
export function openLetters(
  options: LetterGroundOptions & {
    providerUrls: Readonly<Record<string, string>>
    egressAllow: readonly string[]
  },
): Letters {
  const ground = createLetterGround(options)
  const { providerUrls, egressAllow: allow } = options
  return { ...ground, email: createEmail({ desk: ground.desk, providerUrls, allow }) }
}
