// ISO 8601 durations as a number and a unit. One with several parts, such as `P1DT12H`, stays as it is written.

export const DURATION_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type DurationUnit = (typeof DURATION_UNITS)[number]

export interface DurationParts {
  amount: number
  unit: DurationUnit
}

const LETTERS: Record<DurationUnit, string> = {
  second: 'S',
  minute: 'M',
  hour: 'H',
  day: 'D',
  week: 'W',
  month: 'M',
  year: 'Y',
}
const TIMES: ReadonlySet<DurationUnit> = new Set(['second', 'minute', 'hour'])
const ONE_PART = /^P(T)?(\d{1,6})([SMHDWY])$/

/** Number and unit of a duration, or null when it has more parts or is none. */
export function partsOf(duration: string): DurationParts | null {
  const [, time, amount, letter] = ONE_PART.exec(duration) ?? []
  const unit = DURATION_UNITS.find(
    (name) => LETTERS[name] === letter && TIMES.has(name) === (time !== undefined),
  )
  return unit === undefined ? null : { amount: Number(amount), unit }
}

/** `PT2H`, `P2D`. @param parts.amount whole and not negative */
export function durationOf({ amount, unit }: DurationParts): string {
  return `P${TIMES.has(unit) ? 'T' : ''}${amount}${LETTERS[unit]}`
}
