// Ports on 127.0.0.1: is one free, and which one is.

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Binds `port` (0: any) for a moment. The port that was bound, or undefined when it is taken. */
export async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const bound = (server.address() as AddressInfo).port
      server.close(() => resolve(bound))
    })
  })
}

/**
 * Ports that no system hands out to outgoing connections by itself (Linux begins at 32768, others at 49152): one of
 * those could be gone by the time that it is wanted, or while its server is being started again.
 */
const QUIET_PORTS = { from: 15_000, to: 32_000 }
const TRIES = 50

/** `wished` when it is free, else any free port. */
export async function findFreePort(wished = 0): Promise<number> {
  const asked = wished === 0 ? undefined : await tryPort(wished)
  if (asked !== undefined) return asked
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = await tryPort(randomInt(QUIET_PORTS.from, QUIET_PORTS.to))
    if (port !== undefined) return port
  }
  const port = await tryPort(0)
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}
