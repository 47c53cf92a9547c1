// What an enemy, or a provider on a bad day, could put where a genuine webhook is expected: made from a genuine one.

import { isJsonObject, type Json } from '#machines/contracts/json.ts'

/** Each stands once in the place of each value of the genuine body. */
const HOSTILE_VALUES: readonly string[] = [
  'null',
  '-1',
  '1e999',
  '123456789012345678901234567890',
  'true',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '"\\ud800 half a pair"',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  JSON.stringify('x'.repeat(20_000)),
  '["[object Object]",null,{"a":[[[]]]}]',
  '"../../etc/passwd\\r\\nX-Injected: 1"',
]

/** Bodies that are no documents of the provider's at all. */
const NO_DOCUMENTS: readonly Buffer[] = [
  '',
  ' ',
  'null',
  '[]',
  '{}',
  '"text"',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '\uFEFF{}',
  '{"a":"\\u0000"}',
  '--boundary\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
].map((text) => Buffer.from(text))

/** Made from one genuine body: every value replaced, every key removed, cut, and bytes that are no text. */
export function hostileBodiesFrom(genuine: Buffer): Buffer[] {
  const text = genuine.toString()
  const cuts = [1, 2, 3].map((part) => genuine.subarray(0, Math.floor((genuine.length * part) / 4)))
  const flipped = Buffer.from(genuine)
  flipped[Math.floor(flipped.length / 2)] = 0xff
  return [
    ...NO_DOCUMENTS,
    ...cuts,
    flipped,
    Buffer.concat([genuine, Buffer.from([0])]),
    ...mutationsOf(text).map((mutation) => Buffer.from(mutation)),
  ]
}

const MARK = '\u0001here\u0001'

function mutationsOf(text: string): string[] {
  let document: Json
  try {
    document = JSON.parse(text) as Json
  } catch {
    return []
  }
  return pathsOf(document).flatMap((path) => {
    const marked = JSON.stringify(replaced(document, path, MARK))
    const place = JSON.stringify(MARK)
    const without = JSON.stringify(replaced(document, path, undefined as unknown as Json))
    return [...HOSTILE_VALUES.map((value) => marked.replace(place, () => value)), without]
  })
}

type Path = readonly (string | number)[]

function pathsOf(value: Json, path: Path = []): Path[] {
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...path, index]))
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
      : []
  return path.length === 0 ? inside : [path, ...inside]
}

function replaced(value: Json, [step, ...rest]: Path, by: Json): Json {
  if (step === undefined) return by
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? replaced(item, rest, by) : item))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === step ? replaced(item, rest, by) : item,
  ])
  return Object.fromEntries(entries) as Json
}

/** The first text in `value` that PostgreSQL cannot store, with where it stands; null when it can store all. */
export function findUnstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed()
      ? `${path}: ${JSON.stringify(value)}`
      : null
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${path}: ${value}`
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    const found = findUnstorable(key, `key of ${path}`) ?? findUnstorable(item, `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}
