// An encrypted credential; opened only for the one attempt that needs it.

import { defineEntity, p } from '@mikro-orm/postgresql'

export const Secret = defineEntity({
  name: 'Secret',
  tableName: 'secrets',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    keyId: p.text(),
    ciphertext: p.blob(),
  },
})
