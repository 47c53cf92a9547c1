// Whether WhatsApp takes free text for the contact at the end of a run. Pure.

import type { SimulationTrace } from '#machines/contracts/simulation.ts'

const WINDOW_MS = 24 * 60 * 60 * 1000

export type WindowState =
  /** The contact never wrote: the provider decides. */
  { state: 'unknown' } | { state: 'open'; until: string } | { state: 'closed' } | { state: 'left' }

export function windowStateOf(trace: SimulationTrace): WindowState {
  const { windowOpen, lastInboundAt, optedOut, now } = trace
  if (optedOut.includes('whatsapp')) return { state: 'left' }
  if (!windowOpen) return { state: 'closed' }
  const last = lastInboundAt['whatsapp']
  if (last === undefined) return { state: 'unknown' }
  const until = Date.parse(last) + WINDOW_MS
  return until >= Date.parse(now)
    ? { state: 'open', until: new Date(until).toISOString() }
    : { state: 'closed' }
}
