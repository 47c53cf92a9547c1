// Spans of time that are skipped, in ISO 8601. Pure.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** What is offered; a day is a day of the calendar. */
export const SPANS = ['PT1M', 'PT5M', 'PT1H', 'P1D', 'P2D', 'P7D'] as const

/** The span from one instant to another in hours and less: a day may have 23 of them. */
export function spanBetween(from: string, to: string): string {
  const left = Math.max(0, Date.parse(to) - Date.parse(from))
  const hours = Math.floor(left / HOUR)
  const minutes = Math.floor((left % HOUR) / MINUTE)
  const seconds = Math.ceil((left % MINUTE) / SECOND)
  const parts = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`]
  return `PT${parts.filter((part) => part !== 0).join('') || '0S'}`
}

/** `2h`, `30 min`, `3 dias`, `PT5M`: a span as people write it; null when it is none. */
export function spanFrom(text: string): string | null {
  const words = text.trim()
  if (/^P(?=[\dT])(\d+[YMWD])*(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/i.test(words)) {
    return words.toUpperCase()
  }
  const found = /^(\d{1,5})\s*([a-zà-ú]+)\.?$/i.exec(words)
  const unit = UNITS.find(([pattern]) => pattern.test(found?.[2] ?? ''))
  return found && unit ? unit[1].replace('#', found[1] ?? '') : null
}

const UNITS: readonly (readonly [pattern: RegExp, form: string])[] = [
  [/^(s|seg|segundos?|secs?|seconds?)$/i, 'PT#S'],
  [/^(m|min|mins|minutos?|minutes?)$/i, 'PT#M'],
  [/^(h|hs|horas?|hours?)$/i, 'PT#H'],
  [/^(d|dias?|days?)$/i, 'P#D'],
  [/^(sem|semanas?|w|weeks?)$/i, 'P#W'],
  [/^(m[eê]s|meses|months?)$/i, 'P#M'],
]
