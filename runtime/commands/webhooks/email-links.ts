// What the links of letters do: saying no, being opened, being followed. A token is all that they bring; it proves whose
// they are, so nobody has to sign in.

import type { Pool } from 'pg'
import { inTransaction } from '../../db/pool.ts'
import type { EmailLinksFace, LinkVisit } from '../../face/email.ts'
import {
  type Choice,
  oneClickOf,
  readStanding,
  type Standing,
  storeChoice,
} from '../../letters/choices.ts'
import type { ChoiceClaims, LinkTokens, OpenClaims } from '../../letters/link-token.ts'
import { storeEngagement } from '../../letters/store-engagement.ts'
import { judgeVisit } from '../../letters/visit.ts'
import type { Logger } from '../../log.ts'

export interface EmailLinksOptions {
  pool: Pool
  tokens: LinkTokens
  logger: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}

export function createEmailLinks({
  pool,
  tokens,
  logger,
  now = Date.now,
}: EmailLinksOptions): EmailLinksFace {
  const at = (): string => new Date(now()).toISOString()

  async function change(
    token: string,
    choose: (claims: ChoiceClaims) => { choice: Choice; way: string },
  ): Promise<Standing | null> {
    const claims = tokens.read('choice', token)
    if (!claims) return null
    const { choice, way } = choose(claims)
    return inTransaction(pool, (db) => storeChoice(db, claims, { choice, by: { way, at: at() } }))
  }

  async function note(
    kind: 'open' | 'click',
    { claims, url, visit }: { claims: OpenClaims; url: string | null; visit: LinkVisit },
  ): Promise<void> {
    const ageSeconds = Math.max(0, Math.floor(now() / 1000) - claims.sentAt)
    const judgement = judgeVisit(kind, { ...visit, ageSeconds })
    try {
      await inTransaction(pool, (db) =>
        storeEngagement(db, { kind, claims, url, judgement, at: at() }),
      )
    } catch (error) {
      // Who follows a link wants to arrive, whatever becomes of our books.
      logger.warn({ err: error }, `a letter's ${kind} was not noted`)
    }
  }

  return {
    standing: async (token) => {
      const claims = tokens.read('choice', token)
      return claims && inTransaction(pool, (db) => readStanding(db, claims))
    },
    leave: (token) => change(token, (claims) => ({ choice: oneClickOf(claims), way: 'one_click' })),
    choose: (token, choice) => change(token, () => ({ choice, way: 'page' })),
    opened: async (token, visit) => {
      const claims = tokens.read('open', token)
      if (claims) await note('open', { claims, url: null, visit })
    },
    clicked: async (token, visit) => {
      const claims = tokens.read('click', token)
      if (!claims) return null
      await note('click', { claims, url: claims.url, visit })
      return claims.url
    },
  }
}
