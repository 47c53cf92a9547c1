// Several people save one workflow: nobody overwrites what he has not seen, and everybody hears of each save.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '#machines/contracts/json.ts'
import type { Actor, Runtime } from '../../face.ts'
import { CHANNELS } from '../../live/channels.ts'
import { createListener } from '../../live/listener.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTenant } from '../../testing/tenant.ts'
import { until } from '../../testing/until.ts'
import { createWorkflows } from './workflows.ts'

let line: TestLine
let actor: Actor
let workflows: Runtime['workflows']
beforeAll(async () => {
  line = await createTestLine()
  actor = line.tenant.actor
  workflows = createWorkflows(line.orm)
})
afterAll(() => line.close())

const says = (id: string, text: string, more: { [key: string]: Json } = {}) => ({
  id,
  name: 'Saudação',
  trigger: { type: 'lead.captured' },
  nodes: [{ id: 'say', type: 'whatsapp.send_text', text }],
  ...more,
})
const textOf = (definition: unknown): unknown =>
  (definition as ReturnType<typeof says>).nodes[0]?.text

test('each save is one revision more, and says by whom and when', async () => {
  const first = await workflows.save(actor, says('wf_counted', 'Oi'))
  expect(first).toMatchObject({ revision: 1, savedBy: { id: actor.userId, name: 'Bia' } })
  const second = await workflows.save(actor, says('wf_counted', 'Olá'), [1])
  expect(second.revision).toBe(2)
  expect(Date.parse(second.savedAt)).toBeGreaterThanOrEqual(Date.parse(first.savedAt))
  // Publishing changes no draft.
  await workflows.publish(actor, 'wf_counted', { revision: 2 })
  expect(await workflows.get(actor, 'wf_counted')).toMatchObject({
    revision: 2,
    savedAt: second.savedAt,
  })
})

test('who has not seen the draft is refused and shown it; without a condition it is saved over', async () => {
  await workflows.save(actor, says('wf_seen', 'um'))
  await workflows.save(actor, says('wf_seen', 'dois'))
  await expect(workflows.save(actor, says('wf_seen', 'três'), [1])).rejects.toMatchObject({
    code: 'WORKFLOW_CONFLICT',
    details: {
      revision: 2,
      savedBy: { id: actor.userId, name: 'Bia' },
      definition: { nodes: [{ text: 'dois' }] },
      savedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  })
  expect((await workflows.get(actor, 'wf_seen')).revision).toBe(2)
  expect((await workflows.save(actor, says('wf_seen', 'três'), 'any')).revision).toBe(3)
  expect((await workflows.save(actor, says('wf_seen', 'quatro'))).revision).toBe(4)
})

test('whoever lost the answer and says the same again has it, and nothing is saved twice', async () => {
  await workflows.save(actor, says('wf_again', 'um'))
  const layout = { positions: { say: { x: 1, y: 2 } } }
  const saved = await workflows.save(actor, says('wf_again', 'dois', { layout }), [1])
  expect(await workflows.save(actor, says('wf_again', 'dois', { layout }), [1])).toEqual(saved)
  // Where a node stands on the drawing is part of what somebody made.
  await expect(workflows.save(actor, says('wf_again', 'dois'), [1])).rejects.toMatchObject({
    code: 'WORKFLOW_CONFLICT',
  })
})

test('of many who save over the same draft at once exactly one does, again and again', async () => {
  await workflows.save(actor, says('wf_race', '0'))
  for (let revision = 1; revision <= 5; revision++) {
    const texts = Array.from({ length: 8 }, (_, n) => `${revision}.${n}`)
    const outcomes = await Promise.allSettled(
      texts.map((text) => workflows.save(actor, says('wf_race', text), [revision])),
    )
    const winners = texts.filter((_, n) => outcomes[n]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({
          code: 'WORKFLOW_CONFLICT',
          details: { revision: revision + 1, definition: { nodes: [{ text: winners[0] }] } },
        })
      }
    }
    const { definition, revision: now } = await workflows.get(actor, 'wf_race')
    expect([textOf(definition), now]).toEqual([winners[0], revision + 1])
  }
})

test('nobody publishes a draft that he has not seen', async () => {
  const { id } = await workflows.save(actor, says('wf_unseen', 'visto'))
  await workflows.save(actor, says(id, 'não visto'))
  await expect(workflows.publish(actor, id, { revision: 1 })).rejects.toMatchObject({
    code: 'WORKFLOW_CONFLICT',
    details: { revision: 2, definition: { nodes: [{ text: 'não visto' }] } },
  })
  expect((await workflows.get(actor, id)).version).toBeNull()
  expect(await workflows.publish(actor, id, { revision: 2 })).toMatchObject({ number: 1 })
})

test('I9: a workflow of another tenant is no draft that one could have seen', async () => {
  const { actor: stranger } = await createTenant(line.pool)
  await workflows.save(actor, says('wf_ours', 'Oi'))
  for (const seen of [[1], 'any'] as const) {
    await expect(workflows.save(stranger, says('wf_ours', 'Tchau'), seen)).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    })
  }
  expect(await workflows.save(stranger, says('wf_ours', 'Tchau'))).toMatchObject({ revision: 1 })
  expect((await workflows.get(actor, 'wf_ours')).revision).toBe(1)
})

test('who was there before anybody wrote it down is nobody, and the draft has a revision all the same', async () => {
  const { id } = await workflows.save(actor, says('wf_old', 'Oi'))
  await line.pool.query(
    'update workflows set revision = 0, saved_by = null, saved_at = null where id = $1',
    [id],
  )
  const old = await workflows.get(actor, id)
  expect(old).toMatchObject({ revision: 0, savedBy: null, savedAt: old.updatedAt })
  expect((await workflows.save(actor, says(id, 'Olá'), [0])).revision).toBe(1)
})

test('every process hears of a save with its commit, and of none that was refused', async () => {
  const heard: string[] = []
  const listener = await createListener(
    line.url,
    { [CHANNELS.editors]: (payload) => void heard.push(payload) },
    { logger: line.logger, onGap: () => {} },
  )
  const { id } = await workflows.save(actor, says('wf_told', 'um'))
  await expect(workflows.save(actor, says(id, 'x'), [7])).rejects.toMatchObject({
    code: 'WORKFLOW_CONFLICT',
  })
  await workflows.save(actor, says(id, 'dois'), [1])
  await until('both saves are heard', () => heard.length >= 2)
  const by = { id: actor.userId, name: 'Bia' }
  expect(heard.map((payload) => JSON.parse(payload))).toEqual(
    [1, 2].map((revision) => ({
      tenantId: actor.tenantId,
      workflowId: id,
      saved: { revision, by },
    })),
  )
  await listener.stop()
})
