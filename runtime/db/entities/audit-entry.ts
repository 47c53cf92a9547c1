// Who did what to whom, and why. Only ever added to.

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { JsonObject } from '#machines/contracts/json.ts'

export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    userId: p.text(),
    action: p.text(),
    subject: p.text(),
    reason: p.text().nullable(),
    details: p.json<JsonObject>().name('details_json'),
    at: p.datetime().onCreate(() => new Date()),
  },
})
