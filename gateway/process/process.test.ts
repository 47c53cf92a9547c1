// The edges of a process: its arguments, its port, its end.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGateway, type Gateway } from '../testing/gateway.ts'
import { listen, tryPort } from './listen.ts'
import { withRole } from './role.ts'
import { createTeardown, stopAndExit } from './stop.ts'

describe('withRole', () => {
  it('puts the command line above the variable', () => {
    expect(withRole(['--role', 'worker'], { ROLE: 'all' })).toEqual({ ROLE: 'worker' })
    expect(withRole(['--role=gateway'], {})).toEqual({ ROLE: 'gateway' })
    expect(withRole([], { ROLE: 'all' })).toEqual({ ROLE: 'all' })
  })

  it.each([['--roll', 'all'], ['all'], ['--role']])('refuses %s', (...args) => {
    expect(() => withRole(args, {})).toThrow(/--role/)
  })
})

describe('listen', () => {
  let first: Gateway
  let second: Gateway
  beforeEach(async () => {
    first = await createGateway()
    second = await createGateway()
  })
  afterEach(async () => {
    await first.close()
    await second.close()
  })

  it('names the port that is in use and the variable that changes it', async () => {
    const port = Number((await first.listen()).split(':')[1])
    const place = { host: '127.0.0.1', port }
    for (const attempt of [() => listen(second.app, place), () => tryPort(place)]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'SETUP_FAILED',
        field: 'PORT',
        message: expect.stringMatching(new RegExp(`port ${port} is in use.*PORT`)),
      })
    }
  })

  it('names the host that this machine has not', async () => {
    const place = Object.freeze({ host: '203.0.113.1', port: 0 })
    await expect(listen(second.app, place)).rejects.toMatchObject({ field: 'HOST' })
  })
})

describe('a teardown', () => {
  it('stops the last part first, each once, also after a failure', async () => {
    const order: string[] = []
    const teardown = createTeardown()
    teardown.add(() => void order.push('database'))
    teardown.add(async () => {
      order.push('runtime')
      throw new Error('broke')
    })
    teardown.add(() => void order.push('app'))
    await expect(teardown.run()).rejects.toThrow('broke')
    await expect(teardown.run()).rejects.toThrow('broke')
    expect(order).toEqual(['app', 'runtime', 'database'])
  })
})

describe('stopAndExit', () => {
  const run = async (stop: () => Promise<void>) => {
    const { promise, resolve } = Promise.withResolvers<number>()
    const onError = vi.fn<(error: unknown) => void>()
    void stopAndExit({ stop, onError, exit: resolve, limitMs: 20 })
    return { code: await promise, errors: onError.mock.calls.length }
  }

  it('exits with what happened, in time', async () => {
    expect(await run(() => Promise.resolve())).toEqual({ code: 0, errors: 0 })
    expect(await run(() => Promise.reject(new Error('broke')))).toEqual({ code: 1, errors: 1 })
    expect(await run(() => new Promise(() => {}))).toEqual({ code: 1, errors: 1 })
  })
})
