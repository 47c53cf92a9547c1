// A TCP link to PostgreSQL that a test can break: it leads nowhere from a moment on, or loses a COMMIT or its answer.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of the next COMMIT. `hung`: it happens, and the connection stays silent. */
export type CommitFault = 'lost' | 'answer lost' | 'answer hung'

export interface FaultyLink {
  /** The database by way of the link. */
  url: string
  /** Commits that a fault has met. */
  readonly met: number
  /** The next COMMIT is met by this. */
  loseCommit(fault: CommitFault): void
  /** From now on nothing passes, and nobody is told. New connections are accepted and stay silent. */
  goSilent(): void
  /** Cuts every connection; new ones pass. */
  heal(): void
  close(): Promise<void>
}

const COMMIT = Buffer.from('commit\0')

/**
 * Opens a link to the server of the given database.
 * @param port 0 means any free one
 */
export async function createFaultyLink(databaseUrl: string, port = 0): Promise<FaultyLink> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let next: CommitFault | null = null
  let isSilent = false
  let met = 0

  function join(near: Socket): void {
    const far = connect(Number(target.port || 5432), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    let isMute = false
    near.on('data', (data) => {
      if (isSilent) return
      if (next !== null && data.includes(COMMIT)) {
        const fault = next
        next = null
        met += 1
        isMute = true
        if (fault === 'lost') return cut(near, far)
        if (fault === 'answer lost') far.once('data', () => cut(near, far))
      }
      far.write(data)
    })
    far.on('data', (data) => isSilent || isMute || near.write(data))
    near.on('close', () => isSilent || far.destroy())
    far.on('close', () => isSilent || near.destroy())
  }

  const cut = (...these: Socket[]): void => these.forEach((socket) => socket.destroy())
  const server = createServer(join)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    get met() {
      return met
    },
    loseCommit: (fault) => (next = fault),
    goSilent: () => (isSilent = true),
    heal: () => {
      isSilent = false
      cut(...sockets)
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      cut(...sockets)
      await closed
    },
  }
}
