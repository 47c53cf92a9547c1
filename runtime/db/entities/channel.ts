// A WhatsApp number or e-mail address with its credentials.

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { JsonObject } from '#machines/contracts/json.ts'

export const Channel = defineEntity({
  name: 'Channel',
  tableName: 'channels',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    kind: p.text(),
    provider: p.text(),
    address: p.text(),
    displayAddress: p.text(),
    config: p.json<JsonObject>().name('config_json'),
    secretId: p.text(),
  },
})
