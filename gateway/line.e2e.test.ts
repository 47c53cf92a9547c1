// The eight stations together, over HTTP and the sandbox: the examples' branches, and a provider that refuses.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { hasEnded, isIn, type Line, startLine } from './testing/line.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
})
afterAll(() => line.close())

let people = 0
/** A number that no other test uses. */
function newPhone(): string {
  people += 1
  return `+55119${String(80_000_000 + people)}`
}

async function arrive(source: string, name = 'Ana') {
  const phone = newPhone()
  const lead = { event_id: `lead-${phone}`, source, name, phone_e164: phone, message: 'Oi' }
  const { status, body } = await line.lead(lead)
  expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: true })
  return { phone, contactId: (await line.findContact(phone)).id }
}

const skip = (contactId: string) =>
  line.act(contactId, { action: 'skip_wait', reason: 'test of the branch' })
const textsTo = async (phone: string, count: number): Promise<string[]> =>
  (await line.messages(phone, count)).map((message) => message.text || message.kind)

describe('the MVP chain: lead, upsert, template, delay, text', () => {
  it('sends the template at once and the text when the delay is over', async () => {
    const { phone, contactId } = await arrive('landing', 'Caio')
    const waiting = await line.until(contactId, isIn('pausa'))
    expect(waiting.runs[0]?.timers).toHaveLength(1)
    expect(waiting.contact.name).toBe('Caio')
    expect((await skip(contactId)).status).toBe(200)
    await line.until(contactId, hasEnded('done'))
    const messages = await line.messages(phone, 2)
    expect(messages.map(({ body }) => body.template?.name ?? body.text?.body)).toEqual([
      'boas_vindas',
      'Caio, ficou alguma dúvida? É só responder por aqui.',
    ])
  })
})

describe('the flow from an Instagram lead to the purchase', () => {
  it('waits for the purchase, says so, and counts the contact in that state', async () => {
    const { contactId } = await arrive('instagram')
    const view = await line.until(contactId, isIn('espera_compra'))
    expect(view.runs[0]).toMatchObject({
      workflowId: 'wf_lead_compra',
      status: 'active',
      waitingFor: [{ event: 'purchase.approved', timeout: view.runs[0]?.timers[0]?.dueAt }],
    })
    const live = await line.live('wf_lead_compra')
    expect(live.states['espera_compra']).toBeGreaterThanOrEqual(1)
    expect(live.versionId).toBe(view.runs[0]?.versionId)
  })

  it('thanks for a purchase, with a gift for a large one', async () => {
    const [small, large] = [await arrive('instagram'), await arrive('instagram')]
    for (const [{ phone, contactId }, total] of [
      [small, 80],
      [large, 900],
    ] as const) {
      await line.until(contactId, isIn('espera_compra'))
      const event = {
        event_id: `buy-${phone}`,
        type: 'purchase.approved',
        phone,
        payload: { total },
      }
      expect((await line.event(event)).status).toBe(200)
      await line.until(contactId, hasEnded('done'))
    }
    expect((await textsTo(small.phone, 2))[1]).toContain('já está sendo preparado')
    expect((await textsTo(large.phone, 2))[1]).toContain('Um brinde')
  })

  it('reminds after the time-out and lets a person answer the reply', async () => {
    const { phone, contactId } = await arrive('instagram')
    await line.until(contactId, isIn('espera_compra'))
    await skip(contactId)
    await line.until(contactId, isIn('espera_resposta'))
    expect((await line.messages(phone, 2))[1]?.body.template?.name).toBe('lembrete_carrinho')
    await line.write(phone, 'Tenho uma dúvida')
    await line.until(contactId, hasEnded('done'))
    expect((await textsTo(phone, 3))[2]).toContain('Recebemos sua mensagem, Ana!')
  })

  it('ends quietly when the reminder stays unanswered', async () => {
    const { phone, contactId } = await arrive('instagram')
    await line.until(contactId, isIn('espera_compra'))
    await skip(contactId)
    await line.until(contactId, isIn('espera_resposta'))
    await skip(contactId)
    const view = await line.until(contactId, hasEnded('done'))
    expect(view.runs[0]).toMatchObject({ status: 'done', state: 'fim' })
    expect(await line.messages(phone, 2)).toHaveLength(2)
  })

  it('tells delivery by the provider as it goes forward', async () => {
    const { contactId } = await arrive('instagram')
    const told = (view: Awaited<ReturnType<Line['view']>>): unknown[] =>
      view.journal.items
        .filter((item) => item.event === 'message.status')
        .map((item) => item.payload['status'])
    const view = await line.until(contactId, (seen) => told(seen).length === 3)
    // A provider promises no order of its reports; the message goes forward only.
    expect(new Set(told(view))).toEqual(new Set(['sent', 'delivered', 'read']))
    const effects = view.journal.items.flatMap((item) => item.effects)
    expect(effects.find((effect) => effect.nodeId === 'boas_vindas')?.status).toBe('read')
  })
})

describe('a provider that does not take a message', () => {
  it('is asked again after its Retry-After, and the message goes out once', async () => {
    const phone = newPhone()
    await line.script([{ status: 429, retryAfter: 1 }], { to: phone })
    await line.lead({
      event_id: `l-${phone}`,
      source: 'instagram',
      name: 'Rita',
      phone_e164: phone,
    })
    const { id } = await line.findContact(phone)
    await line.until(id, isIn('espera_compra'))
    expect(await line.messages(phone, 1)).toHaveLength(1)
  })

  it('stops the run as failed, with the reason, when it refuses for good', async () => {
    const phone = newPhone()
    await line.script([{ error: 131047 }], { to: phone })
    await line.lead({ event_id: `l-${phone}`, source: 'landing', name: 'Rui', phone_e164: phone })
    const { id } = await line.findContact(phone)
    const view = await line.until(id, hasEnded('failed'))
    expect(view.runs[0]?.error).toMatchObject({ code: 'WHATSAPP_131047', nodeId: 'boas_vindas' })
  })

  it('lets a person take over where the workflow says so, and ends when that is given back', async () => {
    const phone = newPhone()
    await line.script([{ error: 131047 }], { to: phone })
    await line.lead({ event_id: `l-${phone}`, source: 'instagram', name: 'Bel', phone_e164: phone })
    const { id } = await line.findContact(phone)
    const view = await line.until(id, isIn('equipe'))
    expect(view.runs[0]?.waitingFor).toMatchObject([{ event: 'handoff.returned' }])
    await skip(id)
    await line.until(id, hasEnded('done'))
  })

  it('I6 sends nothing again when the connection died after the message was taken', async () => {
    const phone = newPhone()
    await line.script([{ reset: 'after' }], { to: phone })
    await line.lead({ event_id: `l-${phone}`, source: 'instagram', name: 'Lia', phone_e164: phone })
    const { id } = await line.findContact(phone)
    await line.until(id, isIn('espera_compra'))
    expect(await line.messages(phone, 1)).toHaveLength(1)
  })
})

describe('the seed’s nurture definition, as it is written', () => {
  it('loads with one named problem for the node it lacks, and none for its kinds', async () => {
    const url = new URL('../examples/seed-nurture.json', import.meta.url)
    const definition: unknown = JSON.parse(await readFile(url, 'utf8'))
    const { status, body } = await line.call<{
      diagnostics: { code: string; severity: string; nodeId: string; path: string }[]
    }>('POST', '/api/workflows/check', definition)
    expect(status).toBe(200)
    const errors = body.diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code, nodeId, path }) => [code, nodeId, path])).toEqual([
      ['TARGET_MISSING', 'n5', '$.nodes[4].next'],
    ])
  })
})
