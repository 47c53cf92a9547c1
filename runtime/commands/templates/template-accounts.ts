// The business accounts that a tenant's WhatsApp channels name, with what enters them.

import type { Pool } from 'pg'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { TemplateAccount } from '../../connectors/whatsapp/template-api.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'

/** Each account once, in the order of its channels. */
export async function accountsOf(
  pool: Pool,
  secretBox: SecretBox,
  tenantId: string,
): Promise<TemplateAccount[]> {
  const rows = await inTenantTransaction(pool, tenantId, (db) =>
    run<{ config: JsonObject; ciphertext: Buffer }>(db, ACCOUNTS, [tenantId]),
  )
  const accounts = new Map<string, TemplateAccount>()
  for (const { config, ciphertext } of rows) {
    const { wabaId, appId } = config
    if (typeof wabaId !== 'string' || wabaId === '' || accounts.has(wabaId)) continue
    const { accessToken = '' } = secretBox.open(tenantId, ciphertext)
    const app = typeof appId === 'string' && appId !== '' ? appId : null
    accounts.set(wabaId, { wabaId, accessToken, appId: app })
  }
  return [...accounts.values()]
}

const ACCOUNTS = {
  name: 'template_accounts',
  text: `select c.config_json as config, s.ciphertext from channels c
    join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    where c.tenant_id = $1 and c.kind = 'whatsapp' order by c.id`,
}
