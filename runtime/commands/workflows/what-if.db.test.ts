import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WhatIf } from '#machines/contracts/versions.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector } from '../../testing/script-connector.ts'
import { createVersions } from './versions.ts'
import { createWorkflows } from './workflows.ts'

const ID = 'wf_history'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let commands: {
  workflows: ReturnType<typeof createWorkflows>
  versions: ReturnType<typeof createVersions>
}
beforeAll(async () => {
  line = await createTestLine()
  commands = { workflows: createWorkflows(line.orm), versions: createVersions(line.orm) }
  await commands.workflows.save(line.tenant.actor, document())
  await commands.workflows.publish(line.tenant.actor, ID)
  worker = line.createWorker()
  await worker.leases.renew()
  outbox = createTestOutbox(line, worker, createScriptConnector().registry)
  await happen()
})
afterAll(() => line.close())

/** A lead is greeted; a purchase of more than `large` is thanked for specially. */
const document = ({ large = 100, text = 'Obrigado!', source = ['h'], greet = 'greet' } = {}) => ({
  id: ID,
  name: 'Histórias',
  trigger: { type: 'lead.captured', filter: { source } },
  nodes: [
    { id: greet, type: 'whatsapp.send_text', text: 'Oi', onError: null },
    {
      id: 'await_purchase',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'P2D',
      timeoutNext: null,
    },
    {
      id: 'value',
      type: 'if',
      condition: { value: '$.await_purchase.total', op: 'greater', to: large },
      then: 'special',
      else: 'thank',
    },
    { id: 'special', type: 'whatsapp.send_text', text: 'Presente!', next: null, onError: null },
    { id: 'thank', type: 'whatsapp.send_text', text, next: null, onError: null },
  ],
})

/** Three leads: two buy for 80 and 300, the third waits. */
async function happen(): Promise<void> {
  for (const total of [80, 300, null]) {
    const { contactId } = await line.accept(
      leadOf(line.tenant, { source: 'h', address: { phone: newPhone() } }),
    )
    await settle()
    if (total !== null)
      await line.enqueue(contactId ?? '', { type: 'purchase.approved', payload: { total } })
    await settle()
  }
}

async function settle(): Promise<void> {
  do {
    await worker.drain()
    await outbox.dispatch()
    const effects = await line.rows<{ id: string }>('select id from outbox')
    for (const { id } of effects) await outbox.perform(id)
    await worker.drain()
  } while ((await line.rows('select 1 from outbox')).length > 0)
}

async function whatIf(given: Parameters<typeof document>[0]): Promise<WhatIf> {
  const { actor } = line.tenant
  await commands.workflows.save(actor, document(given))
  return commands.versions.whatIf(actor, ID, { days: 7, limit: 50 })
}

test('a draft that means the same goes where it really went, under other names too', async () => {
  const same = { runs: 3, same: 3, differing: 0, contacts: [] }
  expect(await whatIf({})).toMatchObject(same)
  expect(await whatIf({ greet: 'hello' })).toMatchObject(same)
})

test('tells by contact where a draft would have gone otherwise', async () => {
  const result = await whatIf({ large: 50 })
  expect(result).toMatchObject({
    runs: 3,
    same: 2,
    differing: 1,
    by: { notStarted: 0, end: 1, effects: 1, messages: 1 },
  })
  expect(result.contacts).toMatchObject([
    {
      differences: ['end', 'effects', 'messages'],
      then: { states: ['thank'], messages: ['Oi', 'Obrigado!'] },
      draft: { states: ['special'], messages: ['Oi', 'Presente!'] },
    },
  ])
  expect(await whatIf({ text: 'Valeu!' })).toMatchObject({
    by: { end: 0, effects: 0, messages: 1 },
  })
  expect(await whatIf({ source: ['other'] })).toMatchObject({ differing: 3, by: { notStarted: 3 } })
})

test('writes and sends nothing', async () => {
  const traces = () =>
    line.rows(
      'select (select count(*) from journal) as journal, (select count(*) from messages) as messages',
    )
  const before = await traces()
  await whatIf({ text: 'Outra' })
  expect(await traces()).toEqual(before)
  expect(await line.rows('select 1 from outbox union all select 1 from mailbox')).toEqual([])
})

test('a draft with errors is told so, and nothing is played', async () => {
  const { actor } = line.tenant
  await commands.workflows.save(actor, { ...document(), nodes: [{ id: 'a', type: 'no.such' }] })
  const result = await commands.versions.whatIf(actor, ID, { days: 7, limit: 50 })
  expect(result).toMatchObject({ runs: 0, diagnostics: [{ code: 'NODE_KIND_UNKNOWN' }] })
})
