// What the tenant has around its workflows, for the checks: channels, templates, other workflows with their versions.

import type { SurroundingsReply } from '#machines/contracts/surroundings.ts'
import type { KnownTemplate, KnownWorkflow, Surroundings } from '#machines/compile/surroundings.ts'
import { type ValueTypes, ValueTypesSchema } from '#machines/nodes/value-types.ts'
import { Channel } from '../../db/entities/channel.ts'
import { Template } from '../../db/entities/template.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face.ts'

/** Reads them as they are now. */
export async function surroundingsOf(
  records: Records,
  { tenantId }: Pick<Actor, 'tenantId'>,
): Promise<Surroundings> {
  const channels = await records.find(Channel, { tenantId }, { fields: ['kind'] })
  const templates = await records.find(Template, { tenantId })
  return {
    channels: new Set(channels.map(({ kind }) => kind)),
    templates: templates.map((template): KnownTemplate => ({
      kind: template.kind === 'email' ? 'email' : 'whatsapp',
      name: template.name,
      language: template.language,
      variables: template.variables,
      status: template.approvedStatus,
    })),
    workflows: await workflowsOf(records, tenantId),
  }
}

/** As they are told over HTTP, in an order that only changes with them. */
export function tellSurroundings(known: Surroundings): SurroundingsReply {
  const { channels, templates, workflows } = known
  return {
    channels: [...channels].toSorted(),
    templates: templates
      .map((template) => ({ ...template, variables: [...template.variables] }))
      .toSorted(by(({ kind, name, language }) => `${kind} ${name} ${language}`)),
    workflows: workflows
      .map((workflow) => ({ ...workflow, versions: [...workflow.versions] }))
      .toSorted(by(({ id }) => id)),
  }
}

function by<T>(keyOf: (item: T) => string): (left: T, right: T) => number {
  return (left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)
}

interface WorkflowRow {
  id: string
  publishedVersionId: string | null
  versions: { id: string; number: number }[]
  /** Of the published version. */
  trigger: { type?: unknown; input?: unknown; output?: unknown } | null
}

async function workflowsOf(records: Records, tenantId: string): Promise<KnownWorkflow[]> {
  const rows: WorkflowRow[] = await records.execute(WORKFLOWS, [tenantId])
  return rows.map(({ trigger, ...known }) => ({
    ...known,
    input: typesIn(trigger, 'input'),
    output: typesIn(trigger, 'output'),
  }))
}

function typesIn(trigger: WorkflowRow['trigger'], field: 'input' | 'output'): ValueTypes | null {
  const types = trigger?.type === 'manual' ? ValueTypesSchema.safeParse(trigger[field]) : null
  return types?.success ? types.data : null
}

const WORKFLOWS = `select w.id, w.published_version_id as "publishedVersionId",
    coalesce(v.versions, '[]'::json) as versions, p.definition_json->'trigger' as trigger
  from workflows w
  left join workflow_versions p on p.tenant_id = w.tenant_id and p.id = w.published_version_id
  left join lateral (
    select json_agg(json_build_object('id', each.id, 'number', each.number)) as versions
    from workflow_versions each where each.tenant_id = w.tenant_id and each.workflow_id = w.id) v on true
  where w.tenant_id = ? and w.archived_at is null`
