// Whole line with the stand-in for Gemini: the demo's settings route a lead, and a replay asks nobody.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import { leadOf, newPhone } from '../testing/arrivals.ts'
import { publish } from '../testing/tenant.ts'
import { startWholeRuntime, type WholeRuntime } from '../testing/whole.ts'

const SUPPORT = {
  id: 'wf_ia_inteira',
  name: 'IA inteira',
  trigger: { type: 'lead.captured', filter: { source: ['site'] } },
  nodes: [
    {
      id: 'c',
      type: 'ai.classify',
      input: '{{payload.message}}',
      keywords: { suporte: ['quebrou'] },
    },
    { id: 's', type: 'switch', on: '$.c.intent', cases: { suporte: 'sim', default: 'nao' } },
    { id: 'sim', type: 'tag.add', tags: ['{{c.by}}'], next: null },
    { id: 'nao', type: 'tag.add', tags: ['nao'], next: null },
  ],
}

let whole: WholeRuntime
beforeAll(async () => {
  whole = await startWholeRuntime()
  await publish(whole.line.pool, whole.line.tenant, SUPPORT)
})
afterAll(() => whole.stop())

async function tagsAfter(message: string): Promise<string[]> {
  const { line, workIsDone } = whole
  const arrival = leadOf(line.tenant, {
    address: { phone: newPhone() },
    source: 'site',
    payload: { message },
  })
  const { contactId } = await line.accept(arrival)
  await workIsDone()
  const [row] = await line.rows<{ tags: string[] }>('select tags from contacts where id = $1', [
    contactId,
  ])
  return row?.tags ?? []
}

test('without a key the words decide; with one the model does, and its tokens are counted', async () => {
  const { line, runtime, sandbox } = whole
  const { actor } = line.tenant
  expect(await tagsAfter('Meu aparelho QUEBROU')).toEqual(['keywords'])
  await runtime.ai.save(actor, { ...DEFAULT_SETUP, key: 'sandbox-inteira' })
  await expect(runtime.ai.test(actor, {})).resolves.toMatchObject({ ok: true })
  await expect(runtime.ai.test(actor, { key: 'outra-chave' })).resolves.toMatchObject({
    code: 'AI_KEY_REFUSED',
  })
  await expect(runtime.ai.test(actor, { model: 'nenhum' })).resolves.toMatchObject({
    code: 'AI_MODEL_UNKNOWN',
  })
  expect(await tagsAfter('Estou com um problema, preciso de suporte')).toEqual(['gemini'])
  const usage = await runtime.ai.usage(actor)
  expect(usage.nodes).toMatchObject([{ workflowId: 'wf_ia_inteira', nodeId: 'c', calls: 1 }])
  expect(usage.used.total).toBeGreaterThan(0)
  const reply = await fetch(`${sandbox.url}/gemini/requests`)
  const { items } = (await reply.json()) as { items: { key: string }[] }
  expect(items.map(({ key }) => key)).toEqual([
    'sandbox-inteira',
    'outra-chave',
    'sandbox-inteira',
    'sandbox-inteira',
  ])
})
