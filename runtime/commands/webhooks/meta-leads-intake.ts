// Meta's webhook of pages: the challenge, whose pages it speaks of, whether Meta signed it. What it tells of is a row
// before it is answered (I1); the answers are fetched afterwards.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { readMetaWebhook } from '../../connectors/meta-leads/webhook.ts'
import {
  answerWhatsAppChallenge,
  verifyWhatsAppSignature,
} from '../../connectors/whatsapp/verify.ts'
import { inTransaction, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { WebhookRequest } from '../../face/webhook.ts'
import { addFetches } from '../../leads/leadgen-store.ts'

export interface MetaIntakeOptions {
  pool: Pool
  secretBox: SecretBox
  /** Told when there is something to fetch. */
  onTold: () => void
}

export interface MetaIntake {
  /** @throws {FluxoError} WEBHOOK_VERIFY_TOKEN */
  challenge(query: Record<string, string | undefined>): Promise<string>
  /** @throws {FluxoError} WEBHOOK_CHANNEL_UNKNOWN, WEBHOOK_SIGNATURE_MISSING, WEBHOOK_SIGNATURE_INVALID */
  receive(request: WebhookRequest): Promise<{ accepted: number; ignored: number }>
}

interface PageRow {
  id: string
  tenant_id: string
  address: string
  ciphertext: Buffer
}

/** Creates the taker of Meta's webhooks of pages. */
export function createMetaIntake({ pool, secretBox, onTold }: MetaIntakeOptions): MetaIntake {
  const secretsOf = (row: PageRow): Record<string, string> =>
    secretBox.open(row.tenant_id, row.ciphertext)
  return {
    challenge: async (query) => {
      const token = query['hub.verify_token'] ?? ''
      const rows = token === '' ? [] : await run<PageRow>(pool, ALL)
      const expected = rows.map((row) => secretsOf(row)['verifyToken'] ?? '')
      const known = expected.find((one) => one === token) ?? ''
      return answerWhatsAppChallenge(query, known)
    },
    receive: async ({ rawBody, headers }) => {
      const { pageIds, leads, ignored } = readMetaWebhook(rawBody)
      const rows = await run<PageRow>(pool, BY_PAGE, [pageIds])
      if (rows.length === 0) throw new FluxoError('WEBHOOK_CHANNEL_UNKNOWN')
      // The page says whose secret must have signed; nothing else of the body is believed before that.
      for (const row of rows) {
        const { appSecret = '', previousAppSecret = '' } = secretsOf(row)
        const secrets = [appSecret, previousAppSecret].filter((secret) => secret !== '')
        verifyWhatsAppSignature(rawBody, headers['x-hub-signature-256'], secrets)
      }
      const byPage = new Map(rows.map((row) => [row.address, row]))
      const fetches = leads.flatMap(({ pageId, leadgenId, formId, told }) => {
        const row = byPage.get(pageId)
        if (!row) return []
        const place = { tenantId: row.tenant_id, channelId: row.id }
        return [{ ...place, leadgenId, formId, told, lead: null, foundBy: 'webhook' as const }]
      })
      const accepted = await inTransaction(pool, (db) => addFetches(db, fetches))
      if (accepted > 0) onTold()
      return { accepted, ignored: ignored + leads.length - fetches.length }
    },
  }
}

const COLUMNS = `select c.id, c.tenant_id, c.address, k.ciphertext from channels c
  join secrets k on k.tenant_id = c.tenant_id and k.id = c.secret_id where c.kind = 'meta_leads'`

const BY_PAGE = { name: 'meta_pages_by_id', text: `${COLUMNS} and c.address = any($1::text[])` }

/** Meta asks for its token once per subscription, so opening every page's secret is no burden. */
const ALL = { name: 'meta_pages_all', text: COLUMNS }
