// A channel's health on demand: the provider is asked, and what it answers is kept. Where it cannot be asked, or does not
// answer, what was known stays.

import type { Pool } from 'pg'
import { withHealth } from '#machines/contracts/channel-health.ts'
import type { Connector, OpenChannel } from '../../connectors/connector.ts'
import type { Egress } from '../../egress/egress.ts'
import { changeHealth } from '../webhooks/whatsapp-account.ts'

const TIMEOUT_MS = 15_000

/** Asks and keeps. @returns whether the provider answered */
export async function refreshHealth(
  { readHealth }: Pick<Connector, 'readHealth'>,
  channel: OpenChannel,
  { pool, egress }: { pool: Pool; egress: Egress },
): Promise<boolean> {
  const answer = await readHealth?.(channel, { egress, signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!answer?.ok) return false
  const { change } = answer
  await changeHealth(pool, channel, (before) => withHealth(before, { change }))
  return true
}
