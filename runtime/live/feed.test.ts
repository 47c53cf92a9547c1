import { expect, test } from 'vitest'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Actor } from '../face.ts'
import { createLogger } from '../log.ts'
import { createFeed, type Feed } from './feed.ts'

const ACTOR: Actor = { tenantId: 'tnt_t', userId: 'usr_u', role: 'owner' }

/** A feed over a source whose state the test sets and whose reads it may hold back. */
function feedOver() {
  const source = { count: 0, reads: 0, gate: Promise.resolve() }
  const live = async (_actor: Actor, workflowId: string) => {
    source.reads += 1
    const states = { waiting: source.count }
    await source.gate
    if (workflowId === 'wf_none') throw new Error('not found')
    return { versionId: 'ver_1', states }
  }
  const view = () => Promise.reject(new Error('not asked here'))
  const feed: Feed = createFeed({
    workflows: { live },
    actors: { view },
    logger: createLogger('silent'),
    tell: (word) => feed.hear(word),
  })
  const change = (count: number): void => {
    source.count = count
    feed.notice(JSON.stringify({ tenantId: 'tnt_t', contacts: [], workflows: ['wf_a'], moves: [] }))
  }
  return { source, feed, change }
}

/** A listener whose next message can be awaited. */
function follower() {
  const heard: number[] = []
  let told = Promise.withResolvers<void>()
  const listener = (message: ServerMessage): void => {
    if (message.type !== 'workflow.counts') return
    heard.push(message.states['waiting'] ?? -1)
    told.resolve()
    told = Promise.withResolvers()
  }
  const until = async (count: number): Promise<void> => {
    while (heard.at(-1) !== count) await told.promise
  }
  return { heard, listener, until }
}

test('the state comes at once, then after each change, and a burst is one read', async () => {
  const { source, feed, change } = feedOver()
  const { heard, listener, until } = follower()
  await feed.follow(ACTOR, 'workflow:wf_a', listener)
  expect(heard).toEqual([0])
  for (let count = 1; count <= 50; count++) change(count)
  await until(50)
  expect(source.reads).toBeLessThanOrEqual(3)
  feed.stop()
})

test('a change during the first read is not missed', async () => {
  const { source, feed, change } = feedOver()
  const { heard, listener, until } = follower()
  const gate = Promise.withResolvers<void>()
  source.gate = gate.promise
  const following = feed.follow(ACTOR, 'workflow:wf_a', listener)
  // The read that the change leads to is over before the first one, which knows nothing of it.
  source.gate = Promise.resolve()
  change(1)
  await new Promise(setImmediate)
  gate.resolve()
  await following
  await until(1)
  expect(heard.at(-1)).toBe(1)
  feed.stop()
})

test('two who come to a topic at the same moment both hear of the next change', async () => {
  const { feed, change } = feedOver()
  const [one, two] = [follower(), follower()]
  await Promise.all([one, two].map(({ listener }) => feed.follow(ACTOR, 'workflow:wf_a', listener)))
  change(7)
  await Promise.all([one.until(7), two.until(7)])
  expect([one.heard, two.heard]).toEqual([
    [0, 7],
    [0, 7],
  ])
  feed.stop()
})

test('who leaves hears nothing more, and leaving twice takes nobody else along', async () => {
  const { feed, change } = feedOver()
  const [one, two] = [follower(), follower()]
  const leave = await feed.follow(ACTOR, 'workflow:wf_a', one.listener)
  leave()
  await feed.follow(ACTOR, 'workflow:wf_a', two.listener)
  leave()
  change(3)
  await two.until(3)
  expect(one.heard).toEqual([0])
  feed.stop()
})

test('a follower that throws does not keep the others from hearing', async () => {
  const { feed, change } = feedOver()
  const { heard, listener, until } = follower()
  let isBroken = false
  await feed.follow(ACTOR, 'workflow:wf_a', () => {
    if (isBroken) throw new Error('socket is gone')
    isBroken = true
  })
  await feed.follow(ACTOR, 'workflow:wf_a', listener)
  change(9)
  await until(9)
  expect(heard).toEqual([0, 9])
  feed.stop()
})

test('after a gap everybody gets the full state', async () => {
  const { source, feed } = feedOver()
  const { heard, listener, until } = follower()
  await feed.follow(ACTOR, 'workflow:wf_a', listener)
  source.count = 4
  feed.refreshAll()
  await until(4)
  expect(heard).toEqual([0, 4])
  feed.stop()
})

test('a topic that cannot be read is refused, and a name that is none is not found', async () => {
  const { feed } = feedOver()
  await expect(feed.follow(ACTOR, 'workflow:wf_none', () => {})).rejects.toThrow('not found')
  await expect(feed.follow(ACTOR, 'planet:mars', () => {})).rejects.toMatchObject({
    code: 'RESOURCE_NOT_FOUND',
  })
  feed.stop()
})
