// A picture of a page with 256 colours, a third of the size: what a page shows has few colours, and the rest are the edges of
// letters. Reads what Chromium writes (8 bits, RGB or RGBA, not interlaced), see the PNG specification, W3C 2003.

import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const COLOURS = 256

/** @returns the same picture with a palette of its most frequent colours */
export function smallPng(png: Buffer): Buffer {
  const { width, height, channels, data } = readPng(png)
  const pixels = unfiltered(data, width * channels, channels)
  const colours = new Uint32Array(width * height)
  const counts = new Map<number, number>()
  for (let at = 0; at < colours.length; at += 1) {
    const from = at * channels
    const colour =
      ((pixels[from] ?? 0) << 16) | ((pixels[from + 1] ?? 0) << 8) | (pixels[from + 2] ?? 0)
    colours[at] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = paletteOf(counts)
  const places = new Map(palette.map((colour, place) => [colour, place]))
  for (const colour of counts.keys())
    if (!places.has(colour)) places.set(colour, nearest(palette, colour))
  // Each row begins with the kind of its filter, which is none.
  const rows = Buffer.alloc((width + 1) * height)
  for (let at = 0; at < colours.length; at += 1)
    rows[at + Math.floor(at / width) + 1] = places.get(colours[at] ?? 0) ?? 0
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  const table = Buffer.from(palette.flatMap(partsOf))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The most frequent ones, and of the others those that nothing in it comes near to: a small dot keeps its colour. */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const ranked = [...counts].toSorted((a, b) => b[1] - a[1])
  const palette = ranked.slice(0, COLOURS / 2).map(([colour]) => colour)
  const left = ranked.slice(COLOURS / 2).map(([colour, count]) => ({
    colour,
    count,
    far: distance(colour, palette[nearest(palette, colour)] ?? 0),
  }))
  while (palette.length < COLOURS && left.length > 0) {
    let best = left[0] as (typeof left)[number]
    for (const one of left) if (one.far * one.count > best.far * best.count) best = one
    palette.push(best.colour)
    for (const one of left) one.far = Math.min(one.far, distance(one.colour, best.colour))
  }
  return palette
}

function distance(one: number, other: number): number {
  const [red, green, blue] = partsOf(one)
  const [r, g, b] = partsOf(other)
  return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
}

const partsOf = (colour: number): [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 255,
  colour & 255,
]

function nearest(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Infinity]
  for (const [place, other] of palette.entries()) {
    const far = distance(colour, other)
    if (far < least) [best, least] = [place, far]
  }
  return best
}

function readPng(png: Buffer) {
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const channels = png[25] === 6 ? 4 : 3
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  return { width, height, channels, data: inflateSync(Buffer.concat(data)) }
}

/** Each row was told as its difference to what is left of it and above it. */
function unfiltered(data: Buffer, length: number, channels: number): Buffer {
  const height = data.length / (length + 1)
  const out = Buffer.alloc(length * height)
  for (let row = 0; row < height; row += 1) {
    const filter = data[row * (length + 1)] ?? 0
    for (let column = 0; column < length; column += 1) {
      const at = row * length + column
      const left = column < channels ? 0 : (out[at - channels] ?? 0)
      const above = row === 0 ? 0 : (out[at - length] ?? 0)
      const corner = row === 0 || column < channels ? 0 : (out[at - length - channels] ?? 0)
      const told = data[row * (length + 1) + 1 + column] ?? 0
      out[at] = told + guessOf(filter, left, above, corner)
    }
  }
  return out
}

function guessOf(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  return filter === 4 ? paeth(left, above, corner) : 0
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
