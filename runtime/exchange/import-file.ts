// Somebody brings a file: what it would become here, done for real and taken back; and the same done to stay.

import { FluxoError } from '#machines/contracts/errors.ts'
import {
  type ImportPreview,
  type ImportPreviewRequest,
  ImportPreviewRequestSchema,
  type ImportReply,
  type ImportRequest,
  ImportRequestSchema,
} from '#machines/contracts/workflow-exchange.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { type Reference, referencesOf } from '#machines/exchange/references.ts'
import { inTenant, type Orm, type Records } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Actor } from '../face/actor.ts'
import { createId } from '../ids.ts'
import { knownHere } from './known-here.ts'
import { planReferences } from './plan-references.ts'
import { type FileRead, readFile } from './read-file.ts'
import { judgeSignature } from './signing.ts'
import { soundnessOf } from './sound-parts.ts'
import { type Import, writeImport } from './write-import.ts'

export interface ImportParts {
  orm: Orm
  secretBox: SecretBox
}

type Readable = Extract<FileRead, { ok: true }>

/**
 * What an import would do: it is done in a transaction that is taken back, so that what is told is what would be.
 * @throws {FluxoError} REQUEST_INVALID for a choice that cannot be
 */
export async function previewImport(
  parts: ImportParts,
  actor: Actor,
  request: ImportPreviewRequest,
): Promise<ImportPreview> {
  const { text, ...asked } = ImportPreviewRequestSchema.parse(request)
  const file = readFile(text)
  if (!file.ok) return { readable: false, problem: file.problem }
  return takenBack<ImportPreview>(parts.orm, actor, async (records) => {
    const plan = await planImport({ ...parts, records }, actor, { file, ...asked })
    const outcome = await writeImport(records, actor, plan)
    return {
      readable: true,
      source: file.bundle ? 'bundle' : 'document',
      company: file.bundle?.from.company ?? null,
      exportedAt: file.bundle?.exportedAt ?? null,
      signature: plan.signature,
      nodeCount: file.document.nodes.length,
      references: plan.references.filter((one) => !isItself(one, file.document)),
      outcome,
    }
  })
}

/**
 * Makes the workflow and what was chosen with it, in one transaction.
 * @throws {FluxoError} REQUEST_INVALID for a file that cannot be read and for a choice that cannot be;
 * ACTION_NOT_POSSIBLE where the company did not sign it and nobody says that it may come in all the same
 */
export async function importFile(
  parts: ImportParts,
  actor: Actor,
  request: ImportRequest,
): Promise<ImportReply> {
  const { text, acceptsUnsigned, ...asked } = ImportRequestSchema.parse(request)
  const file = readFile(text)
  if (!file.ok) throw new FluxoError('REQUEST_INVALID', { field: 'text', message: file.problem.en })
  return inTenant(parts.orm, actor.tenantId, async (records) => {
    const plan = await planImport({ ...parts, records }, actor, { file, ...asked })
    if (plan.signature !== 'own' && !acceptsUnsigned) {
      const message = `The signature is ${plan.signature}; a person has to accept that`
      throw new FluxoError('ACTION_NOT_POSSIBLE', {
        message,
        details: { signature: plan.signature },
      })
    }
    return writeImport(records, actor, plan)
  })
}

interface Asked {
  file: Readable
  mapping: Parameters<typeof planReferences>[0]['mapping']
  name?: string | undefined
}

async function planImport(
  { records, secretBox }: ImportParts & { records: Records },
  actor: Actor,
  { file, mapping, name }: Asked,
): Promise<Import> {
  const { bundle, document, raw } = file
  const { tenantId } = actor
  const references = referencesOf(document)
  const media = references.flatMap((one) => (one.kind === 'media' ? [one.name] : []))
  const here = await knownHere(records, tenantId, media)
  const sound = soundnessOf(bundle, here.partials)
  const freeChannels = freeChannelsIn(document)
  return {
    bundle,
    document,
    workflowId: await freeId(records, actor, document.id),
    name: name ?? document.name,
    references: planReferences({ references, bundle, here, sound, mapping, freeChannels }),
    sound,
    signature: await judgeSignature({ records, tenantId, secretBox }, raw),
  }
}

/** The id of the file, unless something here has it. */
async function freeId(records: Records, { tenantId }: Actor, id: string): Promise<string> {
  const rows: object[] = await records.execute(
    'select 1 from workflows where tenant_id = ? and id = ?',
    [tenantId, id],
  )
  return rows.length === 0 ? id : createId('workflow')
}

function freeChannelsIn({ nodes }: WorkflowDocument): Set<string> {
  const free = nodes.filter(({ type }) => type === 'message.send_text')
  return new Set(['$trigger', ...free.map(({ id }) => id)])
}

function isItself({ kind, name }: Reference, { id }: WorkflowDocument): boolean {
  return kind === 'workflow' && name === id
}

/** Does the work and takes all of it back. */
async function takenBack<T>(
  orm: Orm,
  { tenantId }: Actor,
  work: (records: Records) => Promise<T>,
): Promise<T> {
  const box: { done: { value: T } | null } = { done: null }
  const enough = new Error('taken back')
  try {
    await inTenant(orm, tenantId, async (records) => {
      box.done = { value: await work(records) }
      throw enough
    })
  } catch (error) {
    if (error !== enough || !box.done) throw error
  }
  if (!box.done) throw enough
  return box.done.value
}
