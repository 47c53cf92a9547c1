import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DirectConnector, DirectEffect } from '../../connectors/connector.ts'
import { createConnectorRegistry } from '../../connectors/registry.ts'
import { createId } from '../../ids.ts'
import { leadOf } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'

let line: TestLine
let outbox: TestOutbox
const called: DirectEffect[] = []
const connector: DirectConnector = {
  kinds: ['webhook.call'],
  needsChannel: false,
  perform: async (effect) => {
    called.push(effect)
    return { type: 'accepted', providerMessageId: null, output: { id: 7 } }
  },
}

beforeAll(async () => {
  line = await createTestLine()
  outbox = createTestOutbox(line, line.createWorker(), createConnectorRegistry([connector]))
})
afterAll(() => line.close())

async function performNew(command: { kind: string; [field: string]: unknown }): Promise<string> {
  const { contactId } = await line.accept(leadOf(line.tenant))
  const id = createId('effect')
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id)
     values ($1, $2, $3, 0, 'run_x', 'n', $4, $5, 'evt_x')`,
    [line.tenant.id, id, contactId, command.kind, JSON.stringify(command)],
  )
  await outbox.dispatch()
  await outbox.perform(id)
  return id
}

test('a connector that needs no channel is given the effect alone, and its output is the result', async () => {
  const command = { kind: 'webhook.call', method: 'GET', url: 'https://a.com/' }
  const id = await performNew(command)
  expect(called).toMatchObject([{ id, tenantId: line.tenant.id, command }])
  expect(Object.keys(called[0] ?? {})).not.toContain('channel')
  const results = await line.rows(
    `select envelope->'payload' as payload from mailbox where envelope->'payload'->>'effectId' = $1`,
    [id],
  )
  expect(results).toEqual([{ payload: { effectId: id, kind: 'webhook.call', output: { id: 7 } } }])
})

test('I5: what nothing performs yet ends in the dead letters with that reason', async () => {
  for (const kind of ['email.send_template', 'ai.classify']) {
    const id = await performNew({ kind })
    expect(await line.rows('select code from dead_letters where id = $1', [id])).toEqual([
      { code: 'CONNECTOR_MISSING' },
    ])
  }
})
