import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostileDocument } from '../testing/hostile-document.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { wholeDocument } from '../testing/random-document.ts'
import { chartOf } from './chart.ts'
import { createDraftCheck } from './check-draft.ts'
import { compile } from './compile.ts'
import type { Surroundings } from './surroundings.ts'

const { cases, test: options } = propertyOptions(process.env, 60, 0.1)

/** What the check must say: the same as those that read everything anew. */
const anew = (document: unknown, surroundings?: Surroundings) => ({
  diagnostics: compile(document, surroundings).diagnostics,
  chart: chartOf(document),
})

const GOLDEN = new URL('./checks/golden/', import.meta.url)
const goldens = readdirSync(GOLDEN).map((file): unknown => {
  const { document } = JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8')) as {
    document: unknown
  }
  return document
})

test('it finds and draws what compile and chartOf do, of one document after the other', () => {
  const check = createDraftCheck()
  const around: Surroundings = { channels: new Set(['email']), templates: [], workflows: [] }
  for (const document of [...goldens, null, 7, [], { nodes: 1 }]) {
    expect(check(document)).toEqual(anew(document))
    expect(check(document, around)).toEqual(anew(document, around))
  }
})

test('nodes that stay the same objects are told of where they stand now', options, () => {
  fc.assert(
    fc.property(wholeDocument, wholeDocument, fc.infiniteStream(fc.nat()), (one, other, picks) => {
      const check = createDraftCheck()
      check(one)
      check(other)
      const pick = (limit: number): number => Number(picks.next().value) % limit
      const all = [...one.nodes, ...other.nodes]
      const mixed = { ...one, nodes: all.filter(() => pick(3) > 0).toSorted(() => pick(3) - 1) }
      expect(check(mixed)).toEqual(anew(structuredClone(mixed)))
    }),
    cases,
  )
})

test('a changed node is another object, and is read again', options, () => {
  fc.assert(
    fc.property(wholeDocument, hostileDocument, fc.nat(), (document, hostile, at) => {
      const check = createDraftCheck()
      check(document)
      const nodes = document.nodes.map((node, index) =>
        index === at % document.nodes.length ? { ...node, next: 'gone', text: 7 } : node,
      )
      expect(check({ ...document, nodes })).toEqual(anew({ ...document, nodes }))
      expect(check(hostile)).toEqual(anew(hostile))
    }),
    cases,
  )
})
