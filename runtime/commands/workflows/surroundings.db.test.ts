import { afterAll, beforeAll, expect, test } from 'vitest'
import { compile } from '#machines/compile/compile.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTenant } from '../../testing/tenant.ts'
import { createWorkflows } from './workflows.ts'

let line: TestLine
let workflows: ReturnType<typeof createWorkflows>
beforeAll(async () => {
  line = await createTestLine()
  workflows = createWorkflows(line.orm)
})
afterAll(() => line.close())

const ABOUT_TENANT = /^(CHANNEL|TEMPLATE|SUBFLOW)_/

const codesOf = (diagnostics: Diagnostic[]) =>
  diagnostics
    .filter(({ code }) => ABOUT_TENANT.test(code))
    .map(({ code, nodeId }) => `${code} ${nodeId}`)

const document = (id: string, nodes: object[], trigger: object = { type: 'lead.captured' }) => ({
  id,
  name: 'Fluxo',
  trigger,
  nodes,
})

const template = (id: string, name: string, vars: object) => ({
  id,
  type: 'whatsapp.send_template',
  template: name,
  vars,
})

test("a check knows the tenant's channels and templates, those of nobody else", async () => {
  const nodes = [
    template('greet', 'boas_vindas', { nome: '{{name}}' }),
    template('typo', 'boas_vindas', { name: '{{name}}' }),
    template('none', 'oferta', {}),
    { id: 'letter', type: 'email.send_template', template: 'boas_vindas' },
  ]
  const found = await workflows.check(line.tenant.actor, document('wf_known', nodes))
  expect(codesOf(found)).toEqual([
    'TEMPLATE_VARS_WRONG typo',
    'TEMPLATE_MISSING none',
    'CHANNEL_MISSING letter',
  ])
  const other = await createTenant(line.pool)
  await line.pool.query('delete from channels where tenant_id = $1', [other.id])
  const elsewhere = await workflows.check(other.actor, document('wf_known', nodes))
  expect(new Set(codesOf(elsewhere).map((text) => text.split(' ')[0]))).toEqual(
    new Set(['CHANNEL_MISSING']),
  )
})

test('a workflow is called only when it is published, and with the input that it asks for', async () => {
  const { actor } = line.tenant
  const call = (input: object) =>
    document('wf_caller', [{ id: 'call', type: 'subflow', workflow: 'wf_called', input }])
  const called = document('wf_called', [{ id: 'fim', type: 'end' }], {
    type: 'manual',
    input: { nome: 'text' },
  })
  await workflows.save(actor, called)
  expect(codesOf((await workflows.save(actor, call({}))).diagnostics)).toEqual([
    'SUBFLOW_MISSING call',
  ])
  await expect(workflows.publish(actor, 'wf_caller')).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
  })
  await workflows.publish(actor, 'wf_called')
  expect(codesOf((await workflows.get(actor, 'wf_caller')).diagnostics)).toEqual([
    'SUBFLOW_INPUT_WRONG call',
  ])
  const right = await workflows.save(actor, call({ nome: '{{name}}' }))
  expect(codesOf(right.diagnostics)).toEqual([])
  expect(await workflows.publish(actor, 'wf_caller')).toMatchObject({ number: 1 })
})

test('what is told over HTTP makes a check elsewhere find the same', async () => {
  const { actor } = line.tenant
  const { channels, templates, workflows: called } = await workflows.surroundings(actor)
  expect(channels).toEqual(['whatsapp'])
  expect(templates).toMatchObject([{ kind: 'whatsapp', name: 'boas_vindas', variables: ['nome'] }])
  expect(called.find(({ id }) => id === 'wf_called')).toMatchObject({ input: { nome: 'text' } })
  const nodes = [
    template('typo', 'boas_vindas', { name: '{{name}}' }),
    { id: 'letter', type: 'email.send_template', template: 'boas_vindas' },
    { id: 'call', type: 'subflow', workflow: 'wf_called', input: {} },
  ]
  const around = { channels: new Set(channels), templates, workflows: called }
  const found = compile(document('wf_known', nodes), around).diagnostics
  expect(codesOf(found)).toContain('SUBFLOW_INPUT_WRONG call')
  expect(found).toEqual(await workflows.check(actor, document('wf_known', nodes)))
  const stranger = await createTenant(line.pool)
  expect((await workflows.surroundings(stranger.actor)).workflows).toEqual([])
})
