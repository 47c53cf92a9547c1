import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { until } from '../testing/until.ts'
import { createListener } from './listener.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const LISTENERS =
  "pg_stat_activity where datname = current_database() and application_name = 'fluxolab-listener'"
const notify = (payload: string) =>
  line.pool.query("select pg_notify('test_channel', $1)", [payload])

test('a listener hears, survives what it cannot read, comes back after a cut, and leaves no connection', async () => {
  const heard: string[] = []
  let gaps = 0
  const handlers = {
    test_channel: (payload: string) => {
      if (payload === 'nonsense') throw new SyntaxError('nonsense')
      heard.push(payload)
    },
  }
  const onGap = () => (gaps += 1)
  const listener = await createListener(line.url, handlers, { logger: line.logger, onGap })
  await notify('nonsense')
  await notify('one')
  await until('the notice is heard', () => heard.includes('one'))
  await line.pool.query(`select pg_terminate_backend(pid) from ${LISTENERS}`)
  await until('it is back', () => gaps === 1)
  await notify('two')
  await until('the next notice is heard', () => heard.includes('two'))
  expect(heard).toEqual(['one', 'two'])
  await listener.stop()
  await until(
    'the connection is gone',
    async () => (await line.rows(`select 1 from ${LISTENERS}`)).length === 0,
  )
})

test('a listener that is stopped while it comes back stays away', async () => {
  let gaps = 0
  const onGap = () => (gaps += 1)
  const listener = await createListener(line.url, {}, { logger: line.logger, onGap })
  await line.pool.query(`select pg_terminate_backend(pid) from ${LISTENERS}`)
  await listener.stop()
  await until(
    'no connection is left',
    async () => (await line.rows(`select 1 from ${LISTENERS}`)).length === 0,
  )
  expect(gaps).toBe(0)
})
