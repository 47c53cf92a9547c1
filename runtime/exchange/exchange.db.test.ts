// Workflows that come and go, on the real database: a bundle comes back as it went, nothing comes in by halves, and no
// hostile file does anything but be refused.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { BundleReply, ImportPreview } from '#machines/contracts/workflow-exchange.ts'
import { createTemplates } from '../commands/templates/templates.ts'
import { createShelf } from '../commands/workflows/shelf.ts'
import { createWorkflowTests } from '../commands/workflows/workflow-tests.ts'
import { createWorkflows } from '../commands/workflows/workflows.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { inTenant } from '../db/orm.ts'
import { createEgress } from '../egress/egress.ts'
import type { Actor } from '../face/actor.ts'
import { createTenantFactsCache, loadTenantFacts } from '../shard/tenant-facts.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, MASTER_KEY } from '../testing/tenant.ts'
import { spoilt } from '../testing/spoilt-bundle.ts'
import { collectBundle } from './collect-bundle.ts'
import { importFile, previewImport } from './import-file.ts'

const secretBox = createSecretBox(MASTER_KEY)
let line: TestLine
let actor: Actor
let neighbour: Actor
let sent: BundleReply
beforeAll(async () => {
  line = await createTestLine()
  actor = line.tenant.actor
  neighbour = (await createTenant(line.pool)).actor
  await makeWorkflow(actor)
  sent = await bundleOf(actor, 'wf_viagem')
})
afterAll(() => line.close())

const TEMPLATE = {
  name: 'viagem_ola',
  language: 'pt_BR',
  category: 'UTILITY' as const,
  header: null,
  body: 'Oi, {{nome}}! Tudo certo com a viagem?',
  examples: { nome: 'Ana' },
  footer: null,
  buttons: [],
}
const DOCUMENT = {
  id: 'wf_viagem',
  name: 'Viagem',
  trigger: { type: 'segment.entered', filter: { segment: 'viajantes' } },
  nodes: [
    { id: 'ola', type: 'whatsapp.send_template', template: 'viagem_ola', vars: { nome: 'x' } },
    {
      id: 'avisa',
      type: 'webhook.call',
      url: 'https://loja.example/avisa',
      headers: { Authorization: 'Bearer segredo' },
    },
    { id: 'passo', type: 'subflow', workflow: 'wf_outro' },
  ],
}
const TESTS = [{ name: 'começa', script: [], expect: { status: 'active' as const } }]

async function makeWorkflow(who: Actor): Promise<void> {
  const whatsapp = { graphUrl: 'http://127.0.0.1:9', version: 'v24.0' }
  const egress = createEgress({ allow: [] })
  await createTemplates({ pool: line.pool, secretBox, egress, whatsapp }).create(who, TEMPLATE)
  await createWorkflows(line.orm).save(who, DOCUMENT)
  await createWorkflowTests(line.orm).replace(who, DOCUMENT.id, TESTS)
}

const bundleOf = (who: Actor, workflowId: string): Promise<BundleReply> =>
  inTenant(line.orm, who.tenantId, (records) =>
    collectBundle({ records, secretBox }, { actor: who, workflowId }, {}),
  )
const parts = () => ({ orm: line.orm, secretBox })
const textOf = (bundle: unknown): string => JSON.stringify(bundle)
async function previewOf(who: Actor, bundle: unknown, more: object = {}) {
  const preview = await previewImport(parts(), who, { text: textOf(bundle), ...more })
  if (!preview.readable) throw new Error(preview.problem.en)
  return preview
}

/** Everything that an import could leave behind. */
async function rowsOf({ tenantId }: Actor) {
  const [counts] = await line.rows<JsonObject>(
    `select (select count(*) from workflows where tenant_id = '${tenantId}') as workflows,
      (select count(*) from workflow_tests where tenant_id = '${tenantId}') as tests,
      (select count(*) from templates where tenant_id = '${tenantId}') as templates,
      (select count(*) from email_partials where tenant_id = '${tenantId}') as partials,
      (select count(*) from audit_log where tenant_id = '${tenantId}') as audit`,
  )
  return counts
}

describe('a bundle', () => {
  it('takes tests and templates along, no credentials, and says what stays here', () => {
    expect(sent.cleared).toEqual([{ nodeId: 'avisa', path: '.headers.Authorization' }])
    expect(sent.missing).toEqual([{ kind: 'workflow', name: 'wf_outro' }])
    expect(sent.bundle).toMatchObject({
      tests: TESTS,
      templates: [TEMPLATE],
      segments: [{ name: 'viajantes' }],
      from: { company: 'Loja Teste', version: null },
    })
    expect(textOf(sent)).not.toContain('segredo')
  })

  it('is known as its own where it was made, and as foreign next door (I9)', async () => {
    expect((await previewOf(actor, sent.bundle)).signature).toBe('own')
    expect((await previewOf(neighbour, sent.bundle)).signature).toBe('foreign')
    const again = await bundleOf(actor, 'wf_viagem')
    expect(again.bundle.signature.key).toBe(sent.bundle.signature.key)
    const kept = await line.rows<{ text: string }>(
      "select encode(ciphertext, 'escape') as text from secrets where id = 'sec_bundle_signing'",
    )
    expect(kept).toHaveLength(1)
    expect(kept[0]?.text).not.toContain('privateKey')
  })

  it('is broken by one changed letter anywhere, and by a signature of something else', async () => {
    const { bundle } = sent
    const other = await bundleOf(actor, 'wf_viagem')
    const changed: [string, unknown][] = [
      ['text', { ...bundle, workflow: { ...bundle.workflow, name: 'viagem' } }],
      ['layout', { ...bundle, workflow: { ...bundle.workflow, layout: {} } }],
      ['company', { ...bundle, from: { ...bundle.from, company: 'Outra' } }],
      ['tests', { ...bundle, tests: [] }],
      ['foreign value', { ...bundle, signature: other.bundle.signature }],
      ['no key', { ...bundle, signature: { ...bundle.signature, key: 'A'.repeat(43) } }],
      ['no form', { ...bundle, signature: 'ok' }],
    ]
    for (const [what, file] of changed) {
      expect([what, (await previewOf(actor, file)).signature]).toEqual([what, 'broken'])
    }
    const { signature: _signature, ...unsigned } = bundle
    expect((await previewOf(actor, unsigned)).signature).toBe('none')
  })

  it('is the same whatever the order of its keys', async () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, turned(item)]),
      )
    }
    expect((await previewOf(actor, turned(sent.bundle))).signature).toBe('own')
  })
})

describe('an import', () => {
  const find = (preview: ImportPreview, kind: string) =>
    preview.readable ? preview.references.find((one) => one.kind === kind) : undefined

  it('proposes what is here, makes what is not, leaves open what nobody has', async () => {
    const before = await rowsOf(neighbour)
    const preview = await previewOf(neighbour, sent.bundle)
    expect(find(preview, 'template')).toMatchObject({
      inBundle: true,
      exists: false,
      choice: { use: 'create', name: 'viagem_ola' },
    })
    expect(find(preview, 'workflow')).toMatchObject({ choice: { use: 'open' } })
    expect(find(preview, 'channel')).toMatchObject({ exists: true })
    expect(preview.outcome.created.map(({ kind }) => kind)).toEqual([
      'workflow',
      'template',
      'test',
    ])
    expect(preview.outcome.diagnostics.map(({ code }) => code)).toContain('SUBFLOW_MISSING')
    expect(await rowsOf(neighbour)).toEqual(before)
    const own = await previewOf(actor, sent.bundle)
    expect(find(own, 'template')).toMatchObject({ exists: true, choice: { use: 'existing' } })
  })

  it('of what the company did not sign is refused until a person accepts it', async () => {
    const text = textOf(sent.bundle)
    const before = await rowsOf(neighbour)
    await expect(importFile(parts(), neighbour, { text })).rejects.toMatchObject({
      code: 'ACTION_NOT_POSSIBLE',
      details: { signature: 'foreign' },
    })
    expect(await rowsOf(neighbour)).toEqual(before)
    const reply = await importFile(parts(), neighbour, { text, acceptsUnsigned: true })
    expect(reply).toMatchObject({ workflowId: 'wf_viagem', tests: { passed: 0, failed: 1 } })
    const [entry] = await line.rows<{ details: JsonObject }>(
      `select details_json as details from audit_log
       where tenant_id = '${neighbour.tenantId}' and action = 'workflow.imported'`,
    )
    expect(entry?.details).toMatchObject({
      signature: 'foreign',
      created: ['template viagem_ola'],
      from: 'Loja Teste',
    })
  })

  it('never lies over another workflow, and goes by the names that were chosen', async () => {
    const mapping = [
      { kind: 'template', name: 'viagem_ola', language: null, choice: { use: 'create' } },
      {
        kind: 'segment',
        name: 'viajantes',
        language: null,
        choice: { use: 'existing', name: 'turistas' },
      },
      {
        kind: 'workflow',
        name: 'wf_outro',
        language: null,
        choice: { use: 'existing', name: 'wf_viagem' },
      },
    ] as const
    const request = { text: textOf(sent.bundle), mapping: [...mapping], name: 'Viagem 2' }
    const { workflowId } = await importFile(parts(), actor, request)
    expect(workflowId).not.toBe('wf_viagem')
    const made = await createWorkflows(line.orm).get(actor, workflowId)
    expect(made.definition).toMatchObject({
      id: workflowId,
      name: 'Viagem 2',
      trigger: { filter: { segment: 'turistas' } },
      nodes: [{ template: 'viagem_ola_2' }, {}, { workflow: 'wf_viagem' }],
    })
    const mine = await createWorkflows(line.orm).get(actor, 'wf_viagem')
    expect(mine.name).toBe('Viagem')
  })

  it('of a choice that cannot be is refused whole', async () => {
    const before = await rowsOf(actor)
    for (const choice of [
      { use: 'existing', name: 'wf_of_the_neighbour' },
      { use: 'create' },
    ] as const) {
      const mapping = [{ kind: 'workflow' as const, name: 'wf_outro', language: null, choice }]
      const request = { text: textOf(sent.bundle), mapping }
      await expect(importFile(parts(), actor, request)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        field: 'mapping',
      })
    }
    expect(await rowsOf(actor)).toEqual(before)
  })

  it('takes the document of a workflow alone', async () => {
    const preview = await previewOf(neighbour, DOCUMENT)
    expect(preview).toMatchObject({ source: 'document', signature: 'none', nodeCount: 3 })
  })
})

it('200 spoilt bundles throw nothing that nobody expects, and leave nothing behind', async () => {
  const stranger = (await createTenant(line.pool)).actor
  const before = await rowsOf(stranger)
  let refused = 0
  for (let seed = 1; seed <= 200; seed += 1) {
    const text = spoilt(textOf(sent.bundle), seed)
    const preview = await previewImport(parts(), stranger, { text }).catch((error: unknown) => {
      expect([seed, (error as { code?: string }).code]).toEqual([seed, 'REQUEST_INVALID'])
      return null
    })
    if (preview?.readable) expect(['broken', 'none', 'foreign']).toContain(preview.signature)
    else refused += 1
    await expect(importFile(parts(), stranger, { text })).rejects.toMatchObject({
      code: expect.stringMatching(/^(REQUEST_INVALID|ACTION_NOT_POSSIBLE)$/) as string,
    })
  }
  expect(refused).toBeGreaterThan(60)
  expect(await rowsOf(stranger)).toEqual(before)
})

describe('the shelf', () => {
  const shelf = () => createShelf(line.orm)
  const workflows = () => createWorkflows(line.orm)
  const small = (id: string, name = 'Pequeno') => ({
    id,
    name,
    trigger: { type: 'lead.captured' },
    nodes: [{ id: 'marca', type: 'tag.add', tags: ['novo'] }],
  })
  /** What a worker starts runs of. */
  const starting = async () => {
    const cache = createTenantFactsCache()
    const { library } = await loadTenantFacts(line.pool, cache, actor.tenantId, [])
    return library.published.map(({ workflowId }) => workflowId)
  }
  const listed = async (archived = false) =>
    (await workflows().list(actor, { limit: 200, archived })).items.map(({ id }) => id)

  it('copies a draft with its tests under an id of its own', async () => {
    const { workflowId, tests } = await shelf().duplicate(actor, 'wf_viagem', { name: 'Outra' })
    expect(tests).toBe(1)
    const copy = await workflows().get(actor, workflowId)
    expect(copy).toMatchObject({ name: 'Outra', version: null, definition: { id: workflowId } })
    await expect(shelf().duplicate(neighbour, workflowId, { name: 'x' })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    })
  })

  it('deletes what was never published, and archives the rest', async () => {
    await workflows().save(actor, small('wf_pequeno'))
    expect(await shelf().use(actor, 'wf_pequeno')).toMatchObject({ deletable: true, versions: 0 })
    await expect(shelf().archive(actor, 'wf_pequeno', {})).rejects.toMatchObject({
      code: 'ACTION_NOT_POSSIBLE',
    })
    await workflows().publish(actor, 'wf_pequeno')
    await expect(shelf().remove(actor, 'wf_pequeno')).rejects.toMatchObject({
      code: 'ACTION_NOT_POSSIBLE',
    })
    await workflows().save(actor, small('wf_de_passagem'))
    await shelf().remove(actor, 'wf_de_passagem')
    expect(await listed()).not.toContain('wf_de_passagem')
  })

  it('an archived workflow starts nothing and is not in the list, until it is restored', async () => {
    expect(await starting()).toContain('wf_pequeno')
    expect(await shelf().archive(actor, 'wf_pequeno', {})).toMatchObject({ archived: true })
    expect(await listed()).not.toContain('wf_pequeno')
    expect(await listed(true)).toEqual(['wf_pequeno'])
    expect(await starting()).not.toContain('wf_pequeno')
    await expect(workflows().publish(actor, 'wf_pequeno')).rejects.toMatchObject({
      code: 'ACTION_NOT_POSSIBLE',
    })
    await shelf().restore(actor, 'wf_pequeno')
    expect(await listed()).toContain('wf_pequeno')
    expect(await starting()).toContain('wf_pequeno')
    const done = await line.rows<{ action: string }>(
      "select action from audit_log where subject = 'wf_pequeno' order by at",
    )
    expect(done.map(({ action }) => action)).toEqual([
      'workflow.publish',
      'workflow.archived',
      'workflow.restored',
    ])
  })

  it('says who runs it as a subflow', async () => {
    const parent = {
      ...small('wf_pai', 'Pai'),
      nodes: [{ id: 'p', type: 'subflow', workflow: 'wf_pequeno' }],
    }
    await workflows().save(actor, parent)
    expect((await shelf().use(actor, 'wf_pequeno')).startedBy).toEqual([
      { id: 'wf_pai', name: 'Pai' },
    ])
  })
})
