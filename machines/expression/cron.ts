// Cron texts of five fields: minute, hour, day of month, month, day of week. Checked here; the clock is kept elsewhere.

import { z } from 'zod'

interface Field {
  min: number
  max: number
  names: readonly string[]
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')

const FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 7, names: WEEKDAYS },
]

export const CronSchema = z.string().max(200).refine(isCron, {
  message: 'must be a cron text of five fields, e.g. 0 9 * * mon-fri',
})

function isCron(text: string): boolean {
  const parts = text.split(' ')
  return (
    parts.length === FIELDS.length &&
    FIELDS.every((field, index) =>
      (parts[index] ?? '').split(',').every((item) => isItem(item, field)),
    )
  )
}

// `*`, `5`, `1-5`, `mon-fri`, each with an optional step after a slash: `0-30/10`.
function isItem(item: string, field: Field): boolean {
  const [range = '', step, ...rest] = item.split('/')
  if (rest.length > 0) return false
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1)) return false
  if (range === '*') return true
  const ends = range.split('-').map((end) => numberOf(end, field))
  const [from = Number.NaN, to = from] = ends
  return ends.length <= 2 && from <= to
}

function numberOf(text: string, { min, max, names }: Field): number {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + min
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : Number.NaN
}
