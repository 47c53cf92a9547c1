// The notices of transactions on real connections: who hears of what, and when.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool, inTransaction } from '../db/pool.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { until } from '../testing/until.ts'
import { createListener, type Listener } from './listener.ts'
import { createNoticeBoard, noticeAfterCommit, tellOn } from './notices.ts'

let line: TestLine
let others: Listener
let heard: string[]
beforeAll(async () => {
  line = await createTestLine()
  heard = []
  const handlers = { changes: (payload: string) => void heard.push(payload) }
  others = await createListener(line.url, handlers, { logger: line.logger, onGap: () => {} })
})
afterAll(async () => {
  await others.stop()
  await line.close()
})

/** A process of its own: a pool, a listener and a board. */
async function startProcess(isAlone = false) {
  const own: string[] = []
  const handlers = { changes: (payload: string) => void own.push(payload) }
  const pool = createPool(line.url, { max: 2, name: 'test' })
  const listener = await createListener(line.url, handlers, {
    logger: line.logger,
    onGap: () => {},
  })
  const board = createNoticeBoard({
    send: isAlone ? null : listener.send,
    onError: (error) => {
      throw error
    },
  })
  board.hearBy(handlers)
  tellOn(pool, board)
  const stop = async () => {
    await board.stop()
    await listener.stop()
    await pool.end()
  }
  return { pool, own, stop }
}

test('what a transaction has to tell is told after its commit: here once and at once, elsewhere once and in order', async () => {
  const { pool, own, stop } = await startProcess()
  heard.length = 0
  await inTransaction(pool, async (db) => {
    for (const payload of ['one', 'two', 'three']) noticeAfterCommit(db, 'changes', payload)
    await db.query('select 1')
    expect(own).toEqual([])
  })
  expect(own).toEqual(['one', 'two', 'three'])
  for (let n = 0; n < 300; n++) noticeAfterCommit(pool, 'changes', `n${n}`)
  await until('the others heard', () => heard.includes('n299'))
  const all = ['one', 'two', 'three', ...Array.from({ length: 300 }, (_, n) => `n${n}`)]
  expect(heard).toEqual(all)
  expect(own).toEqual(all)
  await stop()
  expect(own).toEqual(all)
})

test('nobody hears of a transaction that was rolled back, nor does its connection remember it', async () => {
  const { pool, own, stop } = await startProcess()
  heard.length = 0
  const refused = inTransaction(pool, (db) => {
    noticeAfterCommit(db, 'changes', 'never')
    return Promise.reject(new Error('no'))
  })
  await expect(refused).rejects.toThrow('no')
  await inTransaction(pool, async (db) => noticeAfterCommit(db, 'changes', 'after'))
  await until('the others heard', () => heard.includes('after'))
  expect([heard, own]).toEqual([['after'], ['after']])
  await stop()
})

test('a word without a payload is said once, and a process that is alone says nothing aloud', async () => {
  const alone = await startProcess(true)
  const { pool, own, stop } = await startProcess()
  heard.length = 0
  await inTransaction(alone.pool, async (db) => noticeAfterCommit(db, 'changes', 'silent'))
  await inTransaction(pool, async (db) => {
    for (let n = 0; n < 10; n++) noticeAfterCommit(db, 'changes')
  })
  await until('the others heard', () => heard.length > 0)
  expect([alone.own, own, heard]).toEqual([['silent', ''], [''], ['']])
  await alone.stop()
  await stop()
})

test('what is told while the connection is broken is told when it is back', async () => {
  const { pool, stop } = await startProcess()
  heard.length = 0
  await line.pool.query(
    `select pg_terminate_backend(pid) from (
       select pid from pg_stat_activity where application_name = 'fluxolab-listener'
         and datname = current_database() order by backend_start desc limit 1) newest`,
  )
  noticeAfterCommit(pool, 'changes', 'late')
  noticeAfterCommit(pool, 'changes', 'later')
  await until('the others heard', () => heard.includes('later'))
  expect(heard).toEqual(['late', 'later'])
  await stop()
})

test('a pool without a board tells over its own connections', async () => {
  const pool = createPool(line.url, { max: 1, name: 'test' })
  heard.length = 0
  await inTransaction(pool, async (db) => noticeAfterCommit(db, 'changes', 'plain'))
  await until('the others heard', () => heard.length > 0)
  expect(heard).toEqual(['plain'])
  await pool.end()
})
