// A person writes to a bot, a workflow answers: the whole line by a connector that nothing else in the tree names.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Runtime } from '../../face.ts'
import { publish } from '../../testing/tenant.ts'
import { startWholeRuntime, type WholeRuntime } from '../../testing/whole.ts'

const ANSWER = {
  id: 'wf_answer',
  name: 'Responder',
  trigger: { type: 'message.received', channel: 'telegram' },
  nodes: [{ id: 'say', type: 'message.send_text', text: 'Recebi, {{name}}: {{payload.text}}' }],
}

let whole: WholeRuntime
let runtime: Runtime
const gateway = createServer((request, response) => {
  void buffer(request).then(async (rawBody) => {
    const [, , connector = '', channelId = ''] = (request.url ?? '').split('/')
    const { headers } = request
    const webhook = { connector, channelId, method: 'POST' as const, rawBody, headers, query: {} }
    const isTaken = await runtime.webhooks.channel(webhook).then(
      () => true,
      () => false,
    )
    response.writeHead(isTaken ? 200 : 401).end()
  })
})

beforeAll(async () => {
  await once(gateway.listen(0, '127.0.0.1'), 'listening')
  const { port } = gateway.address() as AddressInfo
  whole = await startWholeRuntime({ publicUrl: `http://127.0.0.1:${port}` })
  runtime = whole.runtime
  await publish(whole.line.pool, whole.line.tenant, ANSWER)
})
afterAll(async () => {
  await whole.stop()
  gateway.closeAllConnections()
  gateway.close()
})

interface Said {
  chat: string
  direction: string
  text: string
}
const ask = async (path: string, body?: object): Promise<unknown> => {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  return (await fetch(whole.sandbox.url + path, init)).json()
}

test('I1 I2 what a person writes is answered in the same chat, by the name that the channel gives the person', async () => {
  const { actor } = whole.line.tenant
  const secrets = { botToken: `1234567:${'r'.repeat(35)}` }
  const bot = await runtime.channels.create(actor, {
    kind: 'telegram',
    address: '1234567',
    config: {},
    secrets,
  })
  const written = { from: '900100', text: 'Bom dia', name: 'Ana' }
  expect(await ask('/telegram/inbound', written)).toMatchObject({ status: 200 })
  await whole.workIsDone()
  const { items } = (await ask('/telegram/messages?chat=900100')) as { items: Said[] }
  expect(items.map(({ direction, text }) => [direction, text])).toEqual([
    ['in', 'Bom dia'],
    ['out', 'Recebi, Ana: Bom dia'],
  ])
  const [contact] = (await runtime.contacts.list(actor, { q: 'Ana', limit: 5 })).items
  expect(contact).toMatchObject({ name: 'Ana', phone: null, lastChannel: 'telegram' })
  const messages = await runtime.contacts.messages(actor, contact!.id, { limit: 5 })
  expect(messages.items.map(({ channel, status }) => [channel, status])).toEqual(
    expect.arrayContaining([['telegram', 'accepted']]),
  )
  expect((await runtime.channels.list(actor)).items.find(({ id }) => id === bot.id)).toMatchObject({
    displayAddress: '@sandbox_1234567_bot',
    check: { ok: true },
  })
})
