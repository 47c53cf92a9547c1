// A bundle spoilt in one of many ways, by seed: cut, bytes changed, values of other kinds, hostile keys, depth, repeated
// parts, other formats.

type Random = () => number

/** Mulberry32. */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Spoil = (text: string, random: Random) => string

const HOSTILE: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "'; drop table workflows; --",
  '{{ "x" | append: "y" }}',
  '{% render "a" %}',
  [],
  {},
  [[[[]]]],
  { toString: 1 },
  'x'.repeat(5_000),
  true,
]
const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', '$ref', '']

const at = (length: number, random: Random): number => Math.floor(random() * length)
const pick = <T>(items: readonly T[], random: Random): T => items[at(items.length, random)] as T

const SPOILS: readonly Spoil[] = [
  (text, random) => text.slice(0, at(text.length, random)) || '{',
  (text, random) => {
    const place = at(text.length, random)
    return text.slice(0, place) + String.fromCharCode(at(0xffff, random)) + text.slice(place + 1)
  },
  (text, random) => changed(text, random, () => pick(HOSTILE, random)),
  (text, random) => changed(text, random, () => pick(HOSTILE, random)),
  (text, random) => changed(text, random, (value) => [value, value]),
  (text, random) =>
    text.replace('"fluxolab"', `${JSON.stringify(pick(KEYS, random))}:{"x":1},"fluxolab"`),
  (text, random) => {
    const depth = 40 + at(5_000, random)
    return text.replace('"tests":[', `"tests":${'['.repeat(depth)}${']'.repeat(depth)},"x":[`)
  },
  (text, random) => text.replace('"format":1', `"format":${at(9, random) + 2}`),
  (text) => text.replace('"fluxolab":"bundle"', '"fluxolab":"bundle","fluxolab":"nodes"'),
  (text) => `\uFEFF${text}`,
  (text, random) => changed(text, random, () => undefined),
  (text, random) => JSON.stringify(pick(HOSTILE, random)) + text.slice(0, at(20, random)),
]

/** @param seed the same seed spoils the same text in the same way */
export function spoilt(text: string, seed: number): string {
  const random = createRandom(seed)
  const spoil = SPOILS[seed % SPOILS.length] as Spoil
  return spoil(text, random) || '{'
}

/** Another value in one place of the tree; `undefined` takes it out. */
function changed(text: string, random: Random, change: (value: unknown) => unknown): string {
  const root = JSON.parse(text) as Record<string, unknown>
  const places: [holder: Record<string, unknown>, key: string][] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>
      places.push([holder, key])
      walk(holder[key])
    }
  }
  walk(root)
  const [holder, key] = pick(places, random)
  holder[key] = change(holder[key])
  return JSON.stringify(root)
}
