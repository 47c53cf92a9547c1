// The hours that the time slider reaches over. Pure.

import type { Span } from '../api/live-views.ts'

export type Reach = '24h' | '7d'

const STEPS: Record<Reach, { seconds: number; count: number }> = {
  '24h': { seconds: 900, count: 96 },
  '7d': { seconds: 3600, count: 168 },
}

/** Points that lie on whole steps, so that who looks again asks for the same ones. */
export function spanOf(reach: Reach, now: number): Span {
  const { seconds, count } = STEPS[reach]
  const last = Math.floor(now / (seconds * 1000)) * seconds * 1000
  const from = last - (count - 1) * seconds * 1000
  return {
    from: new Date(from).toISOString(),
    to: new Date(last).toISOString(),
    step: seconds,
  }
}

export const lengthOf = (reach: Reach): number => STEPS[reach].count

/** The instant of a place on the slider; the place after the last one is now. */
export function instantAt({ from, step }: Span, place: number): string {
  return new Date(Date.parse(from) + place * step * 1000).toISOString()
}

/** Where an instant lies on the slider, at its ends at the furthest. */
export function placeOf({ from, step }: Span, at: string, count: number): number {
  const place = Math.round((Date.parse(at) - Date.parse(from)) / (step * 1000))
  return Math.min(count - 1, Math.max(0, place))
}
