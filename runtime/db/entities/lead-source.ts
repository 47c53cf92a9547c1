// A signed webhook that feeds leads or events in.

import { defineEntity, p } from '@mikro-orm/postgresql'

export const LeadSource = defineEntity({
  name: 'LeadSource',
  tableName: 'lead_sources',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    type: p.text(),
    name: p.text(),
    signing: p.text(),
    unknownContact: p.text(),
    secretId: p.text(),
    active: p.boolean(),
  },
})
