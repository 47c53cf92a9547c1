// The last check, at the moment of connecting: literals again, and every address that a name resolves to.
// Checking here and not before leaves DNS no second answer to give (rebinding).

import { type LookupAddress, lookup as dnsLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { isPublicAddress } from './address.ts'
import { blocked, isAllowed, type TargetPolicy } from './target.ts'

/** Resolves a name to all of its addresses; like `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Makes undici's connect function that opens sockets to public addresses only, and to `allow`.
 * @param resolve stands in for the system's resolver.
 */
export function createGuardedConnect(
  policy: TargetPolicy,
  resolve: Resolve = dnsLookup,
): buildConnector.connector {
  const connectTo = (check: (address: string) => boolean): buildConnector.connector =>
    buildConnector({
      allowH2: false,
      timeout: CONNECT_TIMEOUT_MS,
      lookup: checkedLookup(resolve, check),
    } as buildConnector.BuildOptions)
  const guarded = connectTo(isPublicAddress)
  const open = connectTo(() => true)
  return (options, callback) => {
    if (isAllowed(urlOf(options), policy)) return open(options, callback)
    if (isIP(options.hostname) && !isPublicAddress(options.hostname)) {
      return callback(blocked('The address is not public'), null)
    }
    return guarded(options, callback)
  }
}

function urlOf({ protocol, hostname, port }: buildConnector.Options): URL {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname
  return new URL(`${protocol}//${host}${port ? `:${port}` : ''}`)
}

/** One private address among public ones blocks them all: nobody publishes such names in good faith. */
export function checkedLookup(
  resolve: Resolve,
  check: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0]
      if (error) return callback(error, '')
      if (!first || !addresses.every(({ address }) => check(address))) {
        return callback(blocked(`${hostname} is not a public address`), '')
      }
      if (options.all) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}
