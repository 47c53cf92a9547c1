// A connection on a socket that only remembers: pace, patience and goodbye.

import { describe, expect, it, vi } from 'vitest'
import { TENANTS, userId, WORKFLOWS } from '../testing/fixtures.ts'
import { createMemoryRuntime } from '../testing/memory-runtime.ts'
import { Connection } from './connection.ts'
import { LIVE_TIMING } from './timing.ts'

const TOPIC = `workflow:${WORKFLOWS.acme}`

function open() {
  const said: string[] = []
  const ends: string[] = []
  const socket = {
    bufferedAmount: 0,
    send: (text: string) => void said.push(text),
    close: (code: number) => void ends.push(`close ${code}`),
    terminate: () => void ends.push('terminate'),
  }
  const runtime = createMemoryRuntime()
  const failures: unknown[] = []
  const connection = new Connection({
    socket,
    actor: { tenantId: TENANTS.acme, userId: userId(TENANTS.acme, 'owner'), role: 'owner' },
    connectionId: 'line',
    name: 'Ana',
    mayEdit: true,
    live: runtime.live,
    timing: { ...LIVE_TIMING, lingerMs: 5 },
    serialize: JSON.stringify,
    now: () => 0,
    onFailure: (error) => failures.push(error),
  })
  const say = (message: unknown) => connection.receive(Buffer.from(JSON.stringify(message)), false)
  return { socket, said, ends, runtime, connection, failures, say }
}

describe('a connection', () => {
  it('closes with 1013 as soon as more than 1 MB waits, then cuts the line', async () => {
    const { socket, said, ends, say } = open()
    socket.bufferedAmount = LIVE_TIMING.maxBuffered
    say({ ping: 1 })
    expect(said).toHaveLength(1)
    socket.bufferedAmount++
    say({ ping: 2 })
    say({ ping: 3 })
    expect([said.length, ends]).toEqual([1, ['close 1013']])
    await vi.waitUntil(() => ends.includes('terminate'))
  })

  it('cuts nothing when the client says goodbye in time', () => {
    vi.useFakeTimers()
    const { connection, ends } = open()
    connection.close(1012, 'restart')
    connection.close(1012, 'restart')
    connection.closed()
    vi.advanceTimersByTime(1_000)
    expect(ends).toEqual(['close 1012'])
    vi.useRealTimers()
  })

  it('leaves every topic when the line is gone', async () => {
    const { connection, runtime, say } = open()
    say({ subscribe: TOPIC })
    await vi.waitUntil(() => runtime.followers.get(TOPIC)?.size === 1)
    connection.closed()
    expect(runtime.followers.get(TOPIC)?.size).toBe(0)
  })

  it('tells of a broken runtime without saying what broke', async () => {
    const { runtime, say, said, failures } = open()
    runtime.gate = Promise.reject(new Error('select * from secrets'))
    say({ subscribe: TOPIC })
    await vi.waitUntil(() => said.length === 1)
    expect(JSON.parse(said[0] ?? '')).toMatchObject({
      type: 'error',
      code: 'INTERNAL',
      topic: TOPIC,
    })
    expect(said[0]).not.toContain('secrets')
    expect(failures).toHaveLength(1)
  })
})
