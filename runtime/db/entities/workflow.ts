// A workflow: its draft and which version is live.

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Json } from '#machines/contracts/json.ts'

export const Workflow = defineEntity({
  name: 'Workflow',
  tableName: 'workflows',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    name: p.text(),
    definition: p.json<Json>().name('definition_json'),
    draftHash: p.text(),
    status: p.text(),
    publishedVersionId: p.text().nullable(),
    /** One more with each save. */
    revision: p.integer().onCreate(() => 0),
    savedBy: p.text().nullable(),
    savedAt: p.datetime().nullable(),
    /** Since when nothing starts in it any more. */
    archivedAt: p.datetime().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()),
  },
})
