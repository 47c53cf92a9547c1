// A workflow with everything that it names and this company may give away, signed with the company's key.

import type { BundleContent } from '#machines/contracts/bundle.ts'
import { BUNDLE_FORMAT, MAX_BUNDLE_BYTES } from '#machines/contracts/bundle.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { BundleReply, BundleRequest } from '#machines/contracts/workflow-exchange.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { type Reference, referencesOf } from '#machines/exchange/references.ts'
import { withoutSecrets } from '#machines/exchange/without-secrets.ts'
import { recordAudit } from '../commands/audit.ts'
import { documentOf, type Where } from '../commands/workflows/version-records.ts'
import { readTests } from '../commands/workflows/workflow-tests.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Records } from '../db/orm.ts'
import { createId } from '../ids.ts'
import { partialsOf, templatesNamed } from './find-named.ts'
import { type KnownHere, knownHere } from './known-here.ts'
import { signBundle } from './signing.ts'

interface Ground {
  records: Records
  secretBox: SecretBox
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND; ACTION_NOT_POSSIBLE for one that is too large to be read again */
export async function collectBundle(
  { records, secretBox }: Ground,
  where: Where,
  { versionId }: BundleRequest,
): Promise<BundleReply> {
  const { tenantId } = where.actor
  const kept = (await documentOf(records, where, versionId ?? 'draft')) as JsonObject
  const { document, cleared } = withoutSecrets(kept)
  const references = referencesOf(document)
  const here = await knownHere(records, tenantId, mediaOf(references))
  const content: BundleContent = {
    fluxolab: 'bundle',
    format: BUNDLE_FORMAT,
    exportedAt: new Date().toISOString(),
    from: { company: here.company, version: await numberOf(records, where, versionId) },
    workflow: document as WorkflowDocument,
    tests: (await readTests(records, where)).map(({ test }) => test),
    ...namedBy(references, here),
  }
  const bundle = await signBundle({ records, tenantId, secretBox }, content)
  if (Buffer.byteLength(JSON.stringify(bundle)) > MAX_BUNDLE_BYTES) {
    const message = `The bundle would be larger than ${MAX_BUNDLE_BYTES / 1024} kB`
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  await recordAudit(records, where.actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: 'workflow.exported',
    subject: where.workflowId,
    reason: '',
    details: { version: content.from.version, templates: content.templates.length },
  })
  return { bundle, cleared, missing: missingOf(references, content, here) }
}

function namedBy(
  references: readonly Reference[],
  here: KnownHere,
): Pick<BundleContent, 'templates' | 'emailTemplates' | 'partials' | 'segments'> {
  const of = (kind: Reference['kind']) => references.filter((one) => one.kind === kind)
  const templates = of('template').flatMap((one) => templatesNamed(here.templates, one))
  const letters = of('emailTemplate').flatMap((one) => templatesNamed(here.emailTemplates, one))
  return {
    templates: [...new Set(templates)],
    emailTemplates: [...new Set(letters)],
    partials: partialsOf(letters, here.partials),
    segments: of('segment').map(({ name }) => ({ name })),
  }
}

/** Channels and other workflows never go along; what is told is what somebody would look for in the bundle. */
function missingOf(
  references: readonly Reference[],
  { templates, emailTemplates }: BundleContent,
  here: KnownHere,
): BundleReply['missing'] {
  const isMissing = (one: Reference): boolean => {
    if (one.kind === 'template') return templatesNamed(templates, one).length === 0
    if (one.kind === 'emailTemplate') return templatesNamed(emailTemplates, one).length === 0
    return one.kind === 'media' ? here.media.includes(one.name) : one.kind === 'workflow'
  }
  return references.filter(isMissing).map(({ kind, name }) => ({ kind, name }))
}

function mediaOf(references: readonly Reference[]): string[] {
  return references.flatMap(({ kind, name }) => (kind === 'media' ? [name] : []))
}

async function numberOf(
  records: Records,
  { actor, workflowId }: Where,
  versionId: string | undefined,
): Promise<number | null> {
  if (versionId === undefined) return null
  const [row]: { number: number }[] = await records.execute(
    'select number from workflow_versions where tenant_id = ? and workflow_id = ? and id = ?',
    [actor.tenantId, workflowId, versionId],
  )
  return row?.number ?? null
}
