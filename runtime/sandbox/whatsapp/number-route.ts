// How a number stands: `GET /<version>/<phone number id>?fields=…`.

import type { Reply, SandboxRequest } from '../http.ts'
import { graphErrorReply } from './graph-error.ts'
import type { SandboxNumber } from './record.ts'

/** The answer of a number in good standing. */
export function describeNumber(number: SandboxNumber, { headers, query }: SandboxRequest): Reply {
  if (headers.authorization !== `Bearer ${number.accessToken}`)
    return graphErrorReply({ code: 190, details: 'Invalid OAuth access token' })
  const known: Record<string, unknown> = {
    display_phone_number: number.displayPhoneNumber,
    verified_name: 'Sandbox',
    name_status: 'APPROVED',
    quality_rating: 'GREEN',
    status: 'CONNECTED',
    messaging_limit_tier: 'TIER_1K',
    throughput: { level: 'STANDARD' },
  }
  const asked = query.get('fields') ?? 'display_phone_number,verified_name,quality_rating'
  const told = asked.split(',').flatMap((name) => (name in known ? [[name, known[name]]] : []))
  return { status: 200, body: { ...Object.fromEntries(told), id: number.phoneNumberId } }
}
