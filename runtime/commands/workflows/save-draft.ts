// Saving a draft: one after the other, over what the person has seen, and everybody who has it open hears of it.

import { compile } from '#machines/compile/compile.ts'
import { canonicalJson, contentHash } from '#machines/compile/hash.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import { WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import type { SavedWorkflow } from '#machines/contracts/workflow-tests.ts'
import { Workflow } from '../../db/entities/workflow.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor, SeenDraft } from '../../face.ts'
import { CHANNELS } from '../../live/channels.ts'
import { wordOf } from '../../live/editors-notice.ts'
import { alone, type findWorkflow } from './publication.ts'
import { conflictWith, isSeen } from './revisions.ts'
import { getWorkflow } from './workflow-views.ts'
import { reportTests } from './workflow-tests.ts'

export interface Saving {
  definition: unknown
  /** Left out: over whatever is there. */
  seen?: SeenDraft | undefined
}

/** @throws {FluxoError} WORKFLOW_INVALID, WORKFLOW_CONFLICT, RESOURCE_NOT_FOUND */
export async function saveDraft(
  records: Records,
  actor: Actor,
  { definition, seen }: Saving,
): Promise<SavedWorkflow> {
  const { id, name } = outlineOf(definition)
  const document = definition as Json
  await alone(records, actor, id)
  const known = await records.findOne(Workflow, { tenantId: actor.tenantId, id })
  if (seen !== undefined && !known) throw new FluxoError('RESOURCE_NOT_FOUND')
  const isOutdated = seen !== undefined && known !== null && !isSeen(known.revision, seen)
  // Whoever did not get the answer says the same again, and has it (RFC 9110 §13.1.1).
  const isThere = isOutdated && canonicalJson(known.definition) === canonicalJson(document)
  if (isOutdated && !isThere) throw await conflictWith(records, actor, known)
  if (!isThere) await write(records, actor, { known, id, name, document })
  const saved = await getWorkflow(records, actor, id)
  if (!isThere) await tell(records, actor, saved)
  const tests = await reportTests(records, { actor, workflowId: id, definition: document })
  return { ...saved, tests }
}

function outlineOf(definition: unknown): { id: string; name: string } {
  const outline = WorkflowDocumentSchema.safeParse(definition)
  if (outline.success) return outline.data
  const { diagnostics } = compile(definition)
  throw new FluxoError('WORKFLOW_INVALID', {
    ...(diagnostics[0] ? { field: diagnostics[0].path } : {}),
    details: { diagnostics },
  })
}

interface Draft {
  known: Awaited<ReturnType<typeof findWorkflow>> | null
  id: string
  name: string
  document: Json
}

async function write(
  records: Records,
  { tenantId, userId }: Actor,
  { known, id, name, document }: Draft,
): Promise<void> {
  const now = new Date()
  const draft = {
    name,
    definition: document,
    draftHash: contentHash(document),
    revision: (known?.revision ?? 0) + 1,
    savedBy: userId,
    savedAt: now,
    updatedAt: now,
  }
  if (known) records.assign(known, draft)
  else records.create(Workflow, { tenantId, id, ...draft, status: 'draft', createdAt: now })
  await records.flush()
}

/** With the commit, so that nobody hears of what was taken back. */
async function tell(
  records: Records,
  { tenantId, userId }: Actor,
  { id, revision, savedBy }: Pick<SavedWorkflow, 'id' | 'revision' | 'savedBy'>,
): Promise<void> {
  const by = savedBy ?? { id: userId, name: '' }
  const word = wordOf({ tenantId, workflowId: id, saved: { revision, by } })
  await records.execute('select pg_notify(?, ?)', [CHANNELS.editors, word])
}
