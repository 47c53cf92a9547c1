// Which URLs may be asked at all, before any name is looked up: scheme, user info, port, names, IP literals.

import { isIP } from 'node:net'
import { FluxoError } from '#machines/contracts/errors.ts'
import { isPublicAddress } from './address.ts'

/** Ports of the web; everything else is somebody's database or mail server. */
const WEB_PORTS: readonly number[] = [80, 443, 8080, 8443]
/** Names that mean this host or this network wherever they resolve. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/

export interface TargetPolicy {
  /** `host:port` that may be reached although private: the sandbox. */
  allow: ReadonlySet<string>
  ports: ReadonlySet<number>
}

/**
 * Makes a policy.
 * @param allow list of `host:port`, written as in a URL; IPv6 in brackets.
 * @param ports further ports beside those of the web.
 */
export function createTargetPolicy(
  allow: readonly string[],
  ports: readonly number[],
): TargetPolicy {
  return {
    allow: new Set(allow.map((entry) => entry.toLowerCase())),
    ports: new Set([...WEB_PORTS, ...ports]),
  }
}

/**
 * Parses and checks a URL. The parser is the one that Node itself uses (WHATWG), so every way of
 * writing an address (decimal, hex, octal, full-width digits) has become the plain one here.
 * @throws {FluxoError} EGRESS_BLOCKED.
 */
export function checkTarget(address: string, policy: TargetPolicy): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url) throw blocked('The address is not a URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw blocked('Only http and https are allowed')
  if (url.username !== '' || url.password !== '')
    throw blocked('User and password in an address are not allowed')
  if (isAllowed(url, policy)) return url
  if (!policy.ports.has(portOf(url))) throw blocked(`Port ${portOf(url)} is not allowed`)
  const host = bareHost(url.hostname)
  if (isIP(host) ? !isPublicAddress(host) : isLocalName(host))
    throw blocked('The address is not public')
  return url
}

/** True when the policy lists this host and port; names are not looked up. */
export function isAllowed(url: URL, policy: TargetPolicy): boolean {
  return policy.allow.has(`${url.hostname}:${portOf(url)}`)
}

export function blocked(message: string): FluxoError {
  return new FluxoError('EGRESS_BLOCKED', { message })
}

/** `[::1]` without its brackets. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function isLocalName(host: string): boolean {
  return LOCAL_NAME.test(host.replace(/\.+$/, ''))
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
