// An import, in the one transaction that it is given: everything that was chosen is made, or nothing.

import type { BundleContent } from '#machines/contracts/bundle.ts'
import type { EmailPartial, EmailTemplateSave } from '#machines/contracts/email-templates.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import type {
  Created,
  ImportReply,
  ReferenceView,
  SignatureState,
} from '#machines/contracts/workflow-exchange.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { withReferences } from '#machines/exchange/references.ts'
import { compileLetter } from '#machines/letters/compile-letter.ts'
import { recordAudit } from '../commands/audit.ts'
import { keptOf } from '../commands/templates/template-rows.ts'
import { saveDraft } from '../commands/workflows/save-draft.ts'
import { reportTests, writeTests } from '../commands/workflows/workflow-tests.ts'
import type { Records } from '../db/orm.ts'
import type { Actor } from '../face/actor.ts'
import { createId } from '../ids.ts'
import { htmlToText } from '../letters/html-to-text.ts'
import { partialsOf } from './find-named.ts'
import { broughtBy } from './plan-references.ts'
import type { Soundness } from './sound-parts.ts'

export interface Import {
  bundle: BundleContent | null
  /** As it is in the file. */
  document: WorkflowDocument
  workflowId: string
  name: string
  references: readonly ReferenceView[]
  sound: Soundness
  signature: SignatureState
}

/** @throws {FluxoError} ACTION_NOT_POSSIBLE when something of that name was made meanwhile */
export async function writeImport(
  records: Records,
  actor: Actor,
  plan: Import,
): Promise<ImportReply> {
  const parts = partsOf(plan)
  const created = [
    ...(await writePartials(records, actor, { plan, letters: parts.letters })),
    ...(await writeTemplates(records, actor, parts.templates)),
    ...(await writeLetters(records, actor, { plan, letters: parts.letters })),
  ]
  const { workflowId, name, bundle } = plan
  const definition = documentOf(plan)
  const { diagnostics } = await saveDraft(records, actor, { definition })
  const tests = bundle?.tests ?? []
  await writeTests(records, { actor, workflowId, tests })
  const { passed, failed } = await reportTests(records, { actor, workflowId, definition })
  await record(records, actor, { plan, created })
  return {
    workflowId,
    name,
    created: [
      { kind: 'workflow', name, note: null },
      ...created,
      ...tests.map((test): Created => ({ kind: 'test', name: test.name, note: null })),
    ],
    diagnostics,
    tests: { passed, failed },
  }
}

function documentOf({ document, references, workflowId, name }: Import): JsonObject {
  // What runs itself goes on running itself.
  const self = {
    kind: 'workflow' as const,
    name: document.id,
    language: null,
    choice: { use: 'existing' as const, name: workflowId },
  }
  const mapped = withReferences(document as JsonObject, [...references, self])
  return { ...mapped, id: workflowId, name }
}

interface Parts {
  templates: TemplateDraft[]
  letters: EmailTemplateSave[]
}

/** Each once, under its new name, also where several nodes name it. */
function partsOf({ bundle, references, sound }: Import): Parts {
  const made = references.flatMap((reference) => {
    const { choice } = reference
    if (choice.use !== 'create') return []
    const { name = reference.name } = choice
    return broughtBy({ bundle }, reference)
      .filter((one) => !sound.problems.has(one))
      .map((one) => ({ kind: reference.kind, item: { ...one, name } }))
  })
  const once = new Map(
    made.map(({ kind, item }) => [JSON.stringify([kind, item.name, item.language]), item]),
  )
  const all = [...once.values()]
  return {
    templates: all.filter((one): one is TemplateDraft => 'category' in one),
    letters: all.filter((one): one is EmailTemplateSave => 'html' in one),
  }
}

async function writePartials(
  records: Records,
  { tenantId }: Actor,
  { plan, letters }: { plan: Import; letters: readonly EmailTemplateSave[] },
): Promise<Created[]> {
  const created: Created[] = []
  for (const partial of partialsOf(letters, plan.bundle?.partials ?? [])) {
    const rows: object[] = await records.execute(PARTIAL, [tenantId, partial.name, partial.html])
    if (rows.length > 0) created.push({ kind: 'partial', name: partial.name, note: null })
    else if (isOther(partial, plan)) {
      created.push({ kind: 'partial', name: partial.name, note: KEPT })
    }
  }
  return created
}

function isOther({ name, html }: EmailPartial, { sound }: Import): boolean {
  return sound.partials[name] !== html
}

async function writeTemplates(
  records: Records,
  { tenantId }: Actor,
  templates: readonly TemplateDraft[],
): Promise<Created[]> {
  const created: Created[] = []
  for (const { name, language, category, ...content } of templates) {
    const { body, variables, meta } = keptOf(content)
    const row = [tenantId, createId('template'), name, language, category, body, variables, meta]
    const rows: object[] = await records.execute(TEMPLATE, row)
    if (rows.length === 0) throw taken(name)
    created.push({ kind: 'template', name, note: TO_SUBMIT })
  }
  return created
}

async function writeLetters(
  records: Records,
  { tenantId }: Actor,
  { plan, letters }: { plan: Import; letters: readonly EmailTemplateSave[] },
): Promise<Created[]> {
  const created: Created[] = []
  for (const letter of letters) {
    const { name, language, subject, html, text, tracking } = letter
    const made = compileLetter(letter, plan.sound.partials)
    const variables = JSON.stringify(made.ok ? made.letter.variables : [])
    const meta = JSON.stringify({ subject, html, text, tracking })
    const body = text || htmlToText(html)
    const row = [tenantId, createId('template'), name, language, body, variables, meta]
    const rows: object[] = await records.execute(LETTER, row)
    if (rows.length === 0) throw taken(name)
    created.push({ kind: 'emailTemplate', name, note: null })
  }
  return created
}

async function record(
  records: Records,
  actor: Actor,
  { plan, created }: { plan: Import; created: readonly Created[] },
): Promise<void> {
  const { workflowId, signature, bundle, references, document } = plan
  await recordAudit(records, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: 'workflow.imported',
    subject: workflowId,
    reason: '',
    details: {
      signature,
      source: bundle === null ? 'document' : 'bundle',
      from: bundle?.from.company ?? null,
      fileId: document.id,
      created: created.map(({ kind, name }) => `${kind} ${name}`),
      mapped: references.map(({ kind, name, choice }) =>
        choice.use === 'open' ? `${kind} ${name}: open` : `${kind} ${name}: ${choice.name ?? name}`,
      ),
    },
  })
}

function taken(name: string): FluxoError {
  const message = `Something called ${name} was made meanwhile; look at the import again`
  return new FluxoError('ACTION_NOT_POSSIBLE', { message })
}

const TO_SUBMIT = {
  'pt-BR': 'Fica como rascunho: envie à Meta antes de publicar.',
  en: 'Kept as a draft: submit it to Meta before you publish.',
}
const KEPT = {
  'pt-BR': 'Já existe aqui com outro texto e fica como está.',
  en: 'It is here already with other words and stays as it is.',
}

const PARTIAL = `insert into email_partials (tenant_id, name, html) values (?, ?, ?)
  on conflict (tenant_id, name) do nothing returning name`

const TEMPLATE = `insert into templates (tenant_id, id, kind, name, language, category, body, variables_json, meta_json,
    approved_status)
  values (?, ?, 'whatsapp', ?, ?, ?, ?, ?::jsonb, ?::jsonb, 'DRAFT')
  on conflict (tenant_id, kind, name, language) do nothing returning id`

const LETTER = `insert into templates (tenant_id, id, kind, name, language, body, variables_json, meta_json,
    approved_status)
  values (?, ?, 'email', ?, ?, ?, ?::jsonb, ?::jsonb, 'APPROVED')
  on conflict (tenant_id, kind, name, language) do nothing returning id`
