// A person reached, with the fields that a tenant keeps.

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { JsonObject } from '#machines/contracts/json.ts'

export const Contact = defineEntity({
  name: 'Contact',
  tableName: 'contacts',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    name: p.text().nullable(),
    phone: p.text().name('phone_e164').nullable(),
    email: p.text().nullable(),
    tags: p.array(),
    fields: p.json<JsonObject>().name('fields_json'),
    lastChannel: p.text().nullable(),
    /** The contact that this one became. */
    mergedInto: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})
