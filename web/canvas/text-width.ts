// How wide words are as they are written on the drawing.

/** What is typed comes as other words with each letter: they are not kept for ever. */
const MOST_KNOWN = 4_000
const known = new Map<string, number>()
let context: CanvasRenderingContext2D | null | undefined
/** Asked once: to ask means to style the whole page, for each of 500 states while they are made. */
let family: string | undefined

/**
 * Whether words may not fit. Only what does not is to be cut: a thing that cuts what is in it is painted by itself, and
 * 500 of them make each letter that is typed slow.
 * @param font size and weight as CSS says them, e.g. `600 13px`
 * @param room in pixels
 */
export function isWiderThan(words: string, font: string, room: number): boolean {
  return widthOf(words, font) > room
}

function widthOf(words: string, font: string): number {
  const key = `${font} ${words}`
  const before = known.get(key)
  if (before !== undefined) return before
  const width = measured(words, font)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(key, width)
  return width
}

function measured(words: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d')
  if (!context) return Infinity
  context.textRendering = 'geometricPrecision'
  family ??= getComputedStyle(document.body).fontFamily
  context.font = `${font} ${family}`
  return context.measureText(words).width
}
