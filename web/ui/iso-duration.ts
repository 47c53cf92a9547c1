// ISO 8601 durations inside a text, in people's words: `P2D` is "2 dias".

const DURATION =
  /\bP(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\b/g
const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const

export function humanizeDurations(text: string, locale: string): string {
  return text.replace(DURATION, (match, ...groups: unknown[]) => {
    const parts = UNITS.flatMap((unit, index) => {
      const value = groups[index]
      if (typeof value !== 'string') return []
      return [formatIn(locale, unit).format(Number(value))]
    })
    return parts.length === 0 ? match : parts.join(' ')
  })
}

const formats = new Map<string, Intl.NumberFormat>()

/** Made once: hundreds of durations are said with each change of a large workflow. */
function formatIn(locale: string, unit: (typeof UNITS)[number]): Intl.NumberFormat {
  const key = `${locale} ${unit}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
  formats.set(key, format)
  return format
}
