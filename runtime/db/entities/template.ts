// A message template as the provider knows it.

import { defineEntity, p } from '@mikro-orm/postgresql'

export const Template = defineEntity({
  name: 'Template',
  tableName: 'templates',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    kind: p.text(),
    name: p.text(),
    language: p.text(),
    body: p.text(),
    variables: p.json<string[]>().name('variables_json'),
    approvedStatus: p.text(),
  },
})
