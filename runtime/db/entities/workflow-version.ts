// An immutable published copy of a workflow.

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Json } from '#machines/contracts/json.ts'

export const WorkflowVersion = defineEntity({
  name: 'WorkflowVersion',
  tableName: 'workflow_versions',
  properties: {
    tenantId: p.text().primary(),
    id: p.text().primary(),
    workflowId: p.text(),
    number: p.integer(),
    contentHash: p.text(),
    definition: p.json<Json>().name('definition_json'),
    publishedBy: p.text().nullable(),
    publishedAt: p.datetime().onCreate(() => new Date()),
  },
})
