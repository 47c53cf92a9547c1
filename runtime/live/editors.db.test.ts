// Two processes on one database: people in one workflow see each other across them, and both hear of a save.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { createWorkflows } from '../commands/workflows/workflows.ts'
import { createPool } from '../db/pool.ts'
import type { Actor } from '../face.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant } from '../testing/tenant.ts'
import { until } from '../testing/until.ts'
import { CHANNELS } from './channels.ts'
import { createFeed, type Feed } from './feed.ts'
import { createListener } from './listener.ts'
import { createNoticeBoard, noticeAfterCommit, tellOn } from './notices.ts'

const DOCUMENT = {
  id: 'wf_shared',
  name: 'De todos',
  trigger: { type: 'lead.captured' },
  nodes: [{ id: 'say', type: 'whatsapp.send_text', text: 'Oi' }],
}
const TOPIC = 'editors:wf_shared'

let line: TestLine
let actor: Actor
let processes: Awaited<ReturnType<typeof startProcess>>[]
beforeAll(async () => {
  line = await createTestLine()
  actor = line.tenant.actor
  await createWorkflows(line.orm).save(actor, DOCUMENT)
  processes = [await startProcess(), await startProcess()]
})
afterAll(async () => {
  for (const { stop } of processes) await stop()
  await line.close()
})

/** What runtime.ts puts together, without a worker. */
async function startProcess() {
  const pool = createPool(line.url, { max: 2, name: 'test' })
  const feed: Feed = createFeed({
    workflows: createWorkflows(line.orm),
    actors: { view: () => Promise.reject(new Error('not asked here')) },
    logger: line.logger,
    tell: (word) => noticeAfterCommit(pool, CHANNELS.editors, word),
  })
  const handlers = { [CHANNELS.editors]: feed.hear }
  const listener = await createListener(line.url, handlers, {
    logger: line.logger,
    onGap: feed.refreshAll,
  })
  const board = createNoticeBoard({
    send: listener.send,
    onError: (error) => {
      throw error
    },
  })
  board.hearBy(handlers)
  tellOn(pool, board)
  const stop = async () => {
    feed.stop()
    await board.stop()
    await listener.stop()
    await pool.end()
  }
  return { feed, stop }
}

async function follow({ feed }: { feed: Feed }, who = actor) {
  const heard: ServerMessage[] = []
  const leave = await feed.follow(who, TOPIC, (message) => heard.push(message))
  const names = (): string[] => {
    const last = heard.findLast(({ type }) => type === 'workflow.editors')
    return last?.type === 'workflow.editors' ? last.people.map(({ name }) => name) : []
  }
  return { heard, leave, names }
}

const placeOf = (connectionId: string, name: string) => ({
  connectionId,
  name,
  workflowId: DOCUMENT.id,
  nodeId: 'say',
  typing: false,
})

test('people in two processes see each other come and go, and a third process learns who is there', async () => {
  const [one, two] = processes
  if (!one || !two) throw new Error('two processes are needed')
  const [first, second] = [await follow(one), await follow(two)]
  one.feed.here(actor, placeOf('line-1', 'Ana'))
  two.feed.here(actor, placeOf('line-2', 'Bia'))
  const areBoth = (names: string[]) => names.toSorted().join() === 'Ana,Bia'
  await until('both see both', () => areBoth(first.names()) && areBoth(second.names()))
  const young = await startProcess()
  const third = await follow(young)
  await until('the young process knows them', () => areBoth(third.names()))
  one.feed.gone(actor, 'line-1')
  await until('she is gone everywhere', () =>
    [first, second, third].every(({ names }) => names().join() === 'Bia'),
  )
  expect(first.heard.at(-1)).toMatchObject({
    type: 'workflow.editors',
    people: [{ connectionId: 'line-2', userId: actor.userId, nodeId: 'say', typing: false }],
  })
  two.feed.gone(actor, 'line-2')
  for (const { leave } of [first, second, third]) leave()
  await young.stop()
})

test('everybody who has it open hears of a save, in every process', async () => {
  const followers = await Promise.all(processes.map((one) => follow(one)))
  const { revision } = await createWorkflows(line.orm).save(actor, DOCUMENT)
  const told = {
    type: 'workflow.saved',
    topic: TOPIC,
    workflowId: DOCUMENT.id,
    revision,
    by: { id: actor.userId, name: 'Bia' },
  }
  await until('both are told', () =>
    followers.every(({ heard }) => heard.some(({ type }) => type === 'workflow.saved')),
  )
  for (const { heard, leave } of followers) {
    expect(heard.filter(({ type }) => type === 'workflow.saved')).toEqual([told])
    leave()
  }
})

test('I9: another tenant follows nobody here, and its own workflow of the same name is another room', async () => {
  const [one, two] = processes
  if (!one || !two) throw new Error('two processes are needed')
  const { actor: stranger } = await createTenant(line.pool)
  await expect(follow(one, stranger)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  await createWorkflows(line.orm).save(stranger, DOCUMENT)
  const [theirs, ours] = [await follow(two, stranger), await follow(two)]
  one.feed.here(actor, placeOf('line-3', 'Ana'))
  await until('ours is seen', () => ours.names().includes('Ana'))
  await createWorkflows(line.orm).save(actor, DOCUMENT)
  await until('ours is saved', () => ours.heard.some(({ type }) => type === 'workflow.saved'))
  const seen = theirs.heard.flatMap((message) =>
    message.type === 'workflow.editors' ? message.people : [],
  )
  const savers = theirs.heard.flatMap((message) =>
    message.type === 'workflow.saved' ? [message.by.id] : [],
  )
  expect(seen).toEqual([])
  // Their own save may be heard late.
  expect(savers.filter((id) => id !== stranger.userId)).toEqual([])
  one.feed.gone(actor, 'line-3')
  theirs.leave()
  ours.leave()
})
