// Tests kept with a workflow: the list is kept as written, a save tells what fails, publishing is refused while it does.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor, Runtime } from '../../face.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTenant } from '../../testing/tenant.ts'
import { createWorkflowTests } from './workflow-tests.ts'
import { createWorkflows } from './workflows.ts'

let line: TestLine
let actor: Actor
let stranger: Actor
let workflows: Runtime['workflows']
let tests: Runtime['workflowTests']
beforeAll(async () => {
  line = await createTestLine()
  actor = line.tenant.actor
  stranger = (await createTenant(line.pool)).actor
  workflows = createWorkflows(line.orm)
  tests = createWorkflowTests(line.orm)
})
afterAll(() => line.close())

const greeting = (id: string, text: string) => ({
  id,
  name: 'Saudação',
  trigger: { type: 'lead.captured' },
  nodes: [{ id: 'say', type: 'whatsapp.send_text', text }],
})
const says = (name: string, text: string) => ({
  name,
  start: { payload: { z: 1, a: { y: 2, b: 3 } } },
  script: [],
  expect: { status: 'done' as const, messages: [text] },
})

test('the list is kept as it was written; a test that keeps its name keeps its id', async () => {
  const { id } = await workflows.save(actor, greeting('wf_kept', 'Oi'))
  const first = await tests.replace(actor, id, [says('um', 'Oi'), says('dois', 'Oi')])
  expect(first.items.map((item) => item.test.name)).toEqual(['um', 'dois'])
  expect(JSON.stringify(first.items[0]?.test)).toBe(JSON.stringify(says('um', 'Oi')))
  const next = await tests.replace(actor, id, [says('três', 'Oi'), says('um', 'Olá')])
  expect(next).toEqual(await tests.list(actor, id))
  expect(next.items.map((item) => item.test.name)).toEqual(['três', 'um'])
  expect(next.items[1]).toMatchObject({
    id: first.items[0]?.id,
    createdAt: first.items[0]?.createdAt,
  })
  expect(await tests.replace(actor, id, [])).toEqual({ items: [] })
})

test('I9: the tests of another tenant are not found, with the same workflow id or without', async () => {
  const { id } = await workflows.save(actor, greeting('wf_ours', 'Oi'))
  await tests.replace(actor, id, [says('nosso', 'Oi')])
  const notFound = { code: 'RESOURCE_NOT_FOUND' }
  await expect(tests.list(stranger, id)).rejects.toMatchObject(notFound)
  await expect(tests.replace(stranger, id, [])).rejects.toMatchObject(notFound)
  await expect(tests.run(stranger, id)).rejects.toMatchObject(notFound)
  await workflows.save(stranger, greeting(id, 'Tchau'))
  expect(await tests.list(stranger, id)).toEqual({ items: [] })
  await tests.replace(stranger, id, [])
  expect((await tests.list(actor, id)).items).toHaveLength(1)
})

test('a save tells what fails and is kept; publishing is refused until it holds again', async () => {
  const { id, tests: none } = await workflows.save(actor, greeting('wf_guarded', 'Oi, {{name}}!'))
  expect(none).toEqual({ passed: 0, failed: 0, failures: [] })
  await tests.replace(actor, id, [says('saúda', 'Oi'), says('pelo nome', 'Ana')])
  const first = await workflows.publish(actor, id)
  const saved = await workflows.save(actor, greeting(id, 'Oi!'))
  expect(saved).toMatchObject({
    changed: true,
    tests: { passed: 1, failed: 1, failures: [{ name: 'pelo nome', passed: false }] },
  })
  await expect(workflows.publish(actor, id)).rejects.toMatchObject({
    code: 'WORKFLOW_TESTS_FAILED',
    details: { failed: 1, failures: [{ message: { en: expect.stringContaining('Oi!') } }] },
  })
  expect(await workflows.get(actor, id)).toMatchObject({ version: { id: first.versionId } })
  await tests.replace(actor, id, [says('saúda', 'Oi')])
  expect(await workflows.publish(actor, id)).toMatchObject({ number: 2, created: true })
})

test('a draft with errors fails its tests, and the errors come first when it is published', async () => {
  const { id } = await workflows.save(actor, greeting('wf_broken', 'Oi'))
  await tests.replace(actor, id, [says('saúda', 'Oi')])
  const broken = { ...greeting(id, 'Oi'), nodes: [{ id: 'say', type: 'nothing.known' }] }
  expect((await workflows.save(actor, broken)).tests).toMatchObject({ passed: 0, failed: 1 })
  await expect(workflows.publish(actor, id)).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' })
})

test('tests run by the clock of the tenant, unless they name a zone', async () => {
  await line.pool.query("update tenants set zone = 'Asia/Tokyo' where id = $1", [stranger.tenantId])
  const { id } = await workflows.save(stranger, {
    ...greeting('wf_hours', ''),
    nodes: [{ id: 'keep', type: 'set.variable', set: { hour: '{{ now | date: "%H" }}' } }],
  })
  const at = '2026-03-10T12:00:00Z'
  const hour = (zone: string | undefined, expected: string) => ({
    name: `em ${zone}`,
    script: [],
    at,
    ...(zone && { zone }),
    expect: { vars: { hour: expected } },
  })
  await tests.replace(stranger, id, [hour(undefined, '21'), hour('America/Manaus', '08')])
  expect(await tests.run(stranger, id)).toMatchObject({ passed: 2, failed: 0 })
})

const played = (count: number, messages: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `${index}`,
    script: Array.from({ length: messages }, () => ({ message: 'Oi' })),
    expect: {},
  }))

test('a budget bounds all tests of a workflow together', async () => {
  const nodes = [{ id: 'end', type: 'end' }]
  const { id } = await workflows.save(actor, { ...greeting('wf_long', ''), nodes })
  await tests.replace(actor, id, played(30, 399))
  const { passed, outcomes } = await tests.run(actor, id)
  // 400 steps each, 10,000 in all.
  expect(passed).toBe(25)
  expect(outcomes[25]?.message?.en).toMatch(/^It was not run/)
})

test('others get their turn between two tests', async () => {
  const nodes = [
    { id: 'wait', type: 'wait.for.event', event: 'message.received.whatsapp' },
    { id: 'again', type: 'goto', to: 'wait' },
  ]
  const { id } = await workflows.save(actor, { ...greeting('wf_turns', ''), nodes })
  await tests.replace(actor, id, played(20, 100))
  const begin = performance.now()
  let [last, longest] = [begin, 0]
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  expect(await tests.run(actor, id)).toMatchObject({ passed: 20 })
  clearInterval(pulse)
  expect(longest).toBeLessThan((performance.now() - begin) / 2)
})
