// A customer of the platform.

import { defineEntity, p } from '@mikro-orm/postgresql'

export const Tenant = defineEntity({
  name: 'Tenant',
  tableName: 'tenants',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    zone: p.text(),
    locale: p.text(),
  },
})
