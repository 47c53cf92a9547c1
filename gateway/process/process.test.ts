// The edges of a process: its arguments, its port, its end.

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger, type Demo, readConfig } from '#runtime/index.ts'
import { createGateway, type Gateway } from '../testing/gateway.ts'
import { listen, tryPort } from './listen.ts'
import { withRole } from './role.ts'
import { startProcess } from './start.ts'
import { trySandboxPort, withLocalWebhooks } from './sandbox.ts'
import { stopAndExit } from './stop.ts'

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

  it('finds the taken port of the sandbox as early, where there is a sandbox', async () => {
    const SANDBOX_PORT = (await first.listen()).split(':')[1]
    await expect(trySandboxPort(readConfig({ SANDBOX_PORT }))).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      field: 'SANDBOX_PORT',
      message: expect.stringContaining(`port ${SANDBOX_PORT} is in use`),
    })
    await trySandboxPort(readConfig({ SANDBOX_PORT, SANDBOX: 'off' }))
    // Port 9 has no database: the sandbox is asked before the database is.
    const config = readConfig({
      PORT: String(await freePort()),
      SANDBOX_PORT,
      SANDBOX: 'on',
      DATABASE_URL: 'postgresql://127.0.0.1:9/none',
    })
    const options = { logger: createLogger('silent'), onProgress: () => {} }
    await expect(startProcess(config, options)).rejects.toMatchObject({ field: 'SANDBOX_PORT' })
  })

  it('names the host that this machine has not', async () => {
    const place = Object.freeze({ host: '203.0.113.1', port: 0 })
    await expect(listen(second.app, place)).rejects.toMatchObject({ field: 'HOST' })
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

describe('the demo of this process', () => {
  it('sends to this process and shows the public address', () => {
    const demo = {
      baseUrl: 'https://flow.example',
      leadsUrl: 'https://flow.example/webhooks/leads?tenant=t&source=s',
      eventsUrl: 'https://flow.example/webhooks/events?tenant=t&source=s',
    } as Demo
    expect(withLocalWebhooks(demo, { host: '0.0.0.0', port: 4000 })).toEqual({
      baseUrl: 'https://flow.example',
      leadsUrl: 'http://127.0.0.1:4000/webhooks/leads?tenant=t&source=s',
      eventsUrl: 'http://127.0.0.1:4000/webhooks/events?tenant=t&source=s',
    })
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
