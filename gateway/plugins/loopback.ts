// Requests of this very machine. A proxy on the same machine speaks for others, so a forwarded one is not ours.

import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'

export function isLoopback(request: FastifyRequest): boolean {
  const { headers, socket } = request
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false
  const address = socket.remoteAddress
  if (address === undefined || !ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'loopback'
}
