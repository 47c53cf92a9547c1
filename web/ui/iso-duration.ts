// ISO 8601 durations inside a text, in people's words: `P2D` is "2 dias".

const DURATION =
  /\bP(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\b/g
const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const

export function humanizeDurations(text: string, locale: string): string {
  return text.replace(DURATION, (match, ...groups: unknown[]) => {
    const parts = UNITS.flatMap((unit, index) => {
      const value = groups[index]
      if (typeof value !== 'string') return []
      const options = { style: 'unit', unit, unitDisplay: 'long' } as const
      return [new Intl.NumberFormat(locale, options).format(Number(value))]
    })
    return parts.length === 0 ? match : parts.join(' ')
  })
}
