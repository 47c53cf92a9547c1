// Whose mailbox an address is: a channel's own address, one that it lists, or a reply address of one of its mails.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { OpenChannel } from '../connectors/connector.ts'
import { effectIdIn } from '../connectors/email/inbound-thread.ts'
import { run } from '../db/pool.ts'
import type { SecretBox } from '../db/secret-box.ts'

/** Channels that were changed take effect within this time. */
const TTL_MS = 5_000
const LONGEST = 320

interface Row {
  id: string
  tenant_id: string
  kind: string
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer
  strength: number
}

/** Creates the look-up; null for an address that nobody has, or that two have alike. */
export function createMailboxLookup(
  pool: Pool,
  secretBox: SecretBox,
): (address: string) => Promise<OpenChannel | null> {
  const known = new LRUCache<string, { channel: OpenChannel | null }>({ max: 10_000, ttl: TTL_MS })
  return async (written) => {
    const address = written.toLowerCase()
    // What can be no address is not asked for: PostgreSQL takes no NUL.
    if (address.length > LONGEST || !/^[^\s@\0]+@[^\s@\0]+$/.test(address)) return null
    const cached = known.get(address)
    if (cached) return cached.channel
    const domain = address.split('@')[1] ?? ''
    const rows = await run<Row>(pool, FIND, [address, domain, effectIdIn(address)])
    const strongest = Math.min(...rows.map(({ strength }) => strength))
    const best = rows.filter(({ strength }) => strength === strongest)
    const [row] = best.length === 1 ? best : []
    const channel = row ? open(row, secretBox) : null
    known.set(address, { channel })
    return channel
  }
}

function open(row: Row, secretBox: SecretBox): OpenChannel {
  const { tenant_id: tenantId, ciphertext, id, kind, provider, address, config } = row
  const secrets = secretBox.open(tenantId, ciphertext)
  return { id, tenantId, kind, provider, address, config, secrets }
}

const FIND = {
  name: 'find_mailboxes',
  text: `select distinct on (c.id) c.id, c.tenant_id, c.kind, c.provider, c.address,
      c.config_json as config, s.ciphertext, hit.strength
    from (
      select id, tenant_id, 1 as strength from channels where kind = 'email' and lower(address) = $1
      union all
      select id, tenant_id, 2 from channels
      where kind = 'email' and $1 = any (regexp_split_to_array(lower(config_json ->> 'inboundAddresses'), '[,;[:space:]]+'))
      union all
      -- The domain may be several channels'; the mail that is answered was one's.
      select k.id, k.tenant_id, 3 from channels k
      join messages m on m.tenant_id = k.tenant_id and m.effect_id = $3
      join conversations v on v.tenant_id = m.tenant_id and v.id = m.conversation_id and v.channel_id = k.id
      where k.kind = 'email' and lower(k.config_json ->> 'inboundDomain') = $2
    ) hit
    join channels c on c.tenant_id = hit.tenant_id and c.id = hit.id
    join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    order by c.id, hit.strength`,
}
