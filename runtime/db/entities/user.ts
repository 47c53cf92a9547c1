// A person who signs in for a tenant.

import { defineEntity, p } from '@mikro-orm/postgresql'

export const User = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    email: p.text(),
    name: p.text(),
    role: p.text(),
    passwordHash: p.text(),
  },
})
