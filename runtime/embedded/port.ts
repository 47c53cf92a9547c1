// Ports on 127.0.0.1: is one free, and which one is.

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

/** `wished` when it is free, else any free port. */
export async function findFreePort(wished = 0): Promise<number> {
  const port = (await tryPort(wished)) ?? (await tryPort(0))
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}
