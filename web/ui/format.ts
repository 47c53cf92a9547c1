// Numbers, phones, instants and spans as people here write them: one locale, the tenant's zone.

export interface FormatOptions {
  locale: string
  /** IANA zone of the tenant, e.g. `America/Sao_Paulo`. */
  zone: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const
type UnitName = (typeof UNITS)[number][0]

export function createFormat({ locale, zone }: FormatOptions) {
  const instant = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  const clock = instant({ hour: '2-digit', minute: '2-digit' })
  const clockSeconds = instant({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const dayClock = instant({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  const full = instant({ dateStyle: 'full', timeStyle: 'medium' })
  const dayKey = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  const day = instant({ weekday: 'long', day: 'numeric', month: 'long' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const numbers = new Intl.NumberFormat(locale)
  const sameDay = (a: Date, b: Date) => dayKey.format(a) === dayKey.format(b)

  const units = new Map(UNITS.map(([name]) => [name, unitFormat(locale, name)]))
  const unit = (value: number, name: UnitName) => units.get(name)?.format(value) ?? ''

  return {
    locale,
    number: (value: number) => numbers.format(value),
    /** `14:03:22` */
    clock: (iso: string) => clockSeconds.format(new Date(iso)),
    /** `14:03` */
    minute: (iso: string) => clock.format(new Date(iso)),
    /** `14:03` today, `20 de nov., 14:03` otherwise. */
    when: (iso: string, now: number) => {
      const date = new Date(iso)
      return (sameDay(date, new Date(now)) ? clock : dayClock).format(date)
    },
    /** Everything, for tooltips. */
    exact: (iso: string) => full.format(new Date(iso)),
    day: (iso: string) => day.format(new Date(iso)),
    dayKey: (iso: string) => dayKey.format(new Date(iso)),
    /** `há 3 min`, `in 2 days` */
    relative: (iso: string, now: number) => {
      const delta = Date.parse(iso) - now
      if (Math.abs(delta) < 5 * SECOND) return relative.format(0, 'second')
      const [name, size] = UNITS.find(([, length]) => Math.abs(delta) >= length) ?? UNITS[3]
      return relative.format(Math.trunc(delta / size), name)
    },
    /** The two largest units, `1 dia 23 h`. Negative spans read as zero. */
    span: (milliseconds: number) => {
      const span = Math.max(0, milliseconds)
      const first = UNITS.findIndex(([, length]) => span >= length)
      if (first === -1) return unit(0, 'second')
      const [name, size] = UNITS[first] ?? UNITS[3]
      const whole = Math.floor(span / size)
      const [minor, minorSize] = UNITS[first + 1] ?? UNITS[3]
      const rest = name === 'second' ? 0 : Math.floor((span - whole * size) / minorSize)
      return rest === 0 ? unit(whole, name) : `${unit(whole, name)} ${unit(rest, minor)}`
    },
    phone: formatPhone,
  }
}
function unitFormat(locale: string, unit: UnitName): Intl.NumberFormat {
  const unitDisplay = unit === 'day' ? 'long' : 'short'
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay })
}

export type Format = ReturnType<typeof createFormat>

/** Brazilian numbers in local form, `(31) 99999-9999`; others as they are. */
export function formatPhone(e164: string): string {
  const found = /^\+55(\d{2})(\d{4,5})(\d{4})$/.exec(e164)
  return found ? `(${found[1]}) ${found[2]}-${found[3]}` : e164
}
