// The load: every request is answered once, at the times it was due, and an error is no answer.

import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type HttpLoad, openLoad, postOf } from './http-load.ts'

let server: Server
let load: HttpLoad
afterEach(() => {
  load.close()
  server.closeAllConnections()
  server.close()
})

async function start(connections: number, listener: RequestListener): Promise<void> {
  server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  load = await openLoad({ host: '127.0.0.1', port, connections })
}

const request = (index: number): Buffer =>
  postOf({ host: 'x', path: `/${index}` }, `{"n":${index}}`)

test('a closed loop sends each request once, whatever way the answers are framed', async () => {
  const paths: string[] = []
  await start(3, (message, response) => {
    paths.push(message.url ?? '')
    if (paths.length % 2 === 0) response.setHeader('content-length', 2)
    response.write('o')
    response.end('k')
  })
  const { latencies } = await load.closed(20, request)
  expect(latencies).toHaveLength(20)
  expect(new Set(paths).size).toBe(20)
})

test('in an open loop a stall counts for all that were due meanwhile', async () => {
  const stallMs = 200
  let isFirst = true
  await start(1, (_message, response) => {
    setTimeout(() => response.end('ok'), isFirst ? stallMs : 0)
    isFirst = false
  })
  const { latencies } = await load.open({ rate: 100, seconds: 0.1 }, request)
  expect(latencies).toHaveLength(10)
  // The last one was due 90 ms after the first.
  expect(Math.min(...latencies)).toBeGreaterThan(stallMs - 100)
})

test('an answer other than 2xx ends the measurement', async () => {
  await start(1, (_message, response) => response.writeHead(503).end('busy'))
  await expect(load.closed(1, request)).rejects.toThrow('503')
})
