// Plain connections past the same guard as requests: for protocols that are not HTTP, such as SMTP.

import { isIP, type LookupFunction, type Socket, connect } from 'node:net'
import { lookup as dnsLookup } from 'node:dns'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { isPublicAddress } from './address.ts'
import { checkedLookup, type Resolve } from './guarded-connect.ts'
import { blocked } from './target.ts'

export interface SocketGuard {
  /** `host:port` that may be reached although private. */
  allow: readonly string[]
  /** Ports that may be reached at all, beside those. */
  ports: readonly number[]
  /** Stands in for the system's resolver. */
  resolve?: Resolve
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Opens a connection to a public address, or to one that is allowed. The name is looked up and judged at the moment of
 * connecting, so that DNS has no second answer to give.
 * @throws {FluxoError} EGRESS_BLOCKED, EGRESS_UNREACHABLE
 */
export async function openGuardedSocket(
  { host, port }: { host: string; port: number },
  { allow, ports, resolve = dnsLookup }: SocketGuard,
): Promise<Socket> {
  const isAllowed = allow.includes(`${host.toLowerCase()}:${port}`)
  if (!isAllowed && !ports.includes(port)) throw blocked(`Port ${port} is not allowed`)
  if (!isAllowed && isIP(host) && !isPublicAddress(host)) throw blocked('The address is not public')
  const lookup: LookupFunction = checkedLookup(resolve, isAllowed ? () => true : isPublicAddress)
  return new Promise((settle, reject) => {
    const socket = connect({ host, port, lookup, timeout: CONNECT_TIMEOUT_MS })
    const fail = (cause: Error): void => {
      socket.destroy()
      reject(isFluxoError(cause) ? cause : unreachable(`${host}:${port}`, cause))
    }
    socket.once('error', fail)
    socket.once('timeout', () => fail(new Error('timed out')))
    socket.once('connect', () => {
      socket.off('error', fail)
      // Who takes it over hears of errors too; until then one must not end the process.
      socket.on('error', () => {})
      socket.removeAllListeners('timeout')
      socket.setTimeout(0)
      settle(socket)
    })
  })
}

function unreachable(where: string, cause: Error): FluxoError {
  const { code = cause.message } = cause as NodeJS.ErrnoException
  return new FluxoError('EGRESS_UNREACHABLE', { message: `${where}: ${code}`, cause })
}
