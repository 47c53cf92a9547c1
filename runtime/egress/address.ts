// Which IP addresses are the public internet. Everything else (loopback, private, metadata, tunnels) is not.

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Public by number, but the host's own: Azure's metadata and wire server. */
const HOST_SERVICES = new Set(['168.63.129.16'])
/** All of IPv6 that is assigned for the internet, RFC 4291 and IANA; outside lie old IPv4 forms. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/**
 * Tells whether an IP literal is a public unicast address. IPv4 inside IPv6 is judged as IPv4.
 * Rules: IANA special-purpose registries as ipaddr.js keeps them.
 */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js alone also reads `1.2.3`.
  if (!isIP(address) || !ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  if (ip.range() !== 'unicast' || HOST_SERVICES.has(ip.toString())) return false
  return ip instanceof ipaddr.IPv4 || (ip as ipaddr.IPv6).match(GLOBAL_IPV6)
}
