import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Resolve } from './guarded-connect.ts'
import { openGuardedSocket } from './guarded-socket.ts'

const PORTS = [587]
/** A name that has these addresses. */
const resolveTo =
  (...addresses: string[]): Resolve =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

test.each([
  ['a private address', ['10.0.0.5']],
  ['a private one among public ones', ['203.0.114.1', '127.0.0.1']],
  ['IPv4 in IPv6', ['::ffff:169.254.169.254']],
])('a name with %s is not connected to', async (_what, addresses) => {
  const guard = { allow: [], ports: PORTS, resolve: resolveTo(...addresses) }
  await expect(openGuardedSocket({ host: 'smtp.example', port: 587 }, guard)).rejects.toMatchObject(
    { code: 'EGRESS_BLOCKED' },
  )
})

test.each(['127.0.0.1', '::1', '0.0.0.0', '192.168.0.1'])(
  '%s itself is not either',
  async (host) => {
    await expect(
      openGuardedSocket({ host, port: 587 }, { allow: [], ports: PORTS }),
    ).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' })
  },
)

test('what is allowed is reached by host and port, and nothing beside it', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('220 hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const guard = { allow: [`127.0.0.1:${port}`], ports: PORTS }
  const socket = await openGuardedSocket({ host: '127.0.0.1', port }, guard)
  expect(socket.remotePort).toBe(port)
  socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  await expect(openGuardedSocket({ host: '127.0.0.1', port }, guard)).rejects.toMatchObject({
    code: 'EGRESS_UNREACHABLE',
  })
  await expect(openGuardedSocket({ host: 'smtp.example', port: 22 }, guard)).rejects.toMatchObject({
    code: 'EGRESS_BLOCKED',
  })
})
