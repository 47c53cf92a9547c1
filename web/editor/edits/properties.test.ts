// After any edits of any draft it can still be read, its ids are unique, and nobody leads elsewhere whom the edits were
// not about. FLUXO_RUNS sets the number of cases (a tenth of it here), FLUXO_SEED replays one run.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { containerDoneBy } from '#machines/compile/resolve.ts'
import { JsonSchema } from '#machines/contracts/json.ts'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { documentOf } from '#machines/testing/document.ts'
import { propertyOptions } from '#machines/testing/property-options.ts'
import { wholeDocument } from '#machines/testing/random-document.ts'
import { aboutOf } from './testing/about.ts'
import { make, randomEdit } from './testing/random-edits.ts'
import { type Way, type Ways, waysOf } from './testing/ways.ts'

const { cases, test: options } = propertyOptions(process.env, 150, 0.1)

const edits = fc.array(randomEdit, { minLength: 1, maxLength: 6 })

function expectSound(document: WorkflowDocument): void {
  expect(WorkflowDocumentSchema.safeParse(document).success).toBe(true)
  expect(JsonSchema.safeParse(document).success).toBe(true)
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  const ids = document.nodes.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { parent } of document.nodes) if (parent !== undefined) expect(ids).toContain(parent)
}

test('any edits one after the other leave a draft that can be read', options, () => {
  let made = 0
  fc.assert(
    fc.property(wholeDocument, edits, (start, steps) => {
      let document: WorkflowDocument = start as WorkflowDocument
      for (const step of steps) {
        const frozen = freeze(structuredClone(document))
        const { edit } = make(frozen, step)
        expectSound(edit.document)
        const ids = edit.document.nodes.map(({ id }) => id)
        const chosen = edit.document === frozen ? [] : edit.select
        for (const id of chosen) if (id !== '$trigger') expect(ids).toContain(id)
        if (edit.document !== frozen) made += 1
        document = edit.document
      }
    }),
    cases,
  )
  expect(made).toBeGreaterThan(cases.numRuns)
})

test('nobody leads elsewhere whom an edit was not about', options, () => {
  const seen = { kept: 0, made: 0 }
  fc.assert(
    fc.property(
      wholeDocument,
      fc.array(randomEdit, { minLength: 1, maxLength: 3 }),
      (start, steps) => {
        let document = start as WorkflowDocument
        for (const step of steps) {
          if (step.how === 'damage') continue
          const made = make(document, step)
          const renamed = made.how === 'rename' ? made.edit.select[0] : undefined
          seen.made += made.edit.document === document ? 0 : 1
          seen.kept += compare(waysOf(document), waysOf(made.edit.document), {
            isAbout: aboutOf(made, document),
            nameOf: (id) => (renamed !== undefined && id === made.ids[0] ? renamed : id),
          })
          document = made.edit.document
        }
      },
    ),
    cases,
  )
  expect(seen.made).toBeGreaterThan(cases.numRuns / 2)
  expect(seen.kept).toBeGreaterThan(cases.numRuns * 10)
})

interface Comparing {
  isAbout: (exit: string, way: Way) => boolean
  nameOf: (id: string) => string
}

/** @returns how many exits had to lead where they led, and did */
function compare(before: Ways, after: Ways, { isAbout, nameOf }: Comparing): number {
  let kept = 0
  for (const [exit, way] of before) {
    const [id = '', port] = exit.split(' ')
    const now = after.get(`${nameOf(id)} ${port}`)
    if (!now || isAbout(exit, way)) continue
    const container = containerDoneBy(way.to)
    const expected = container === null ? nameOf(way.to) : `done:${nameOf(container)}`
    expect({ exit, to: now.to }).toEqual({ exit, to: expected })
    kept += 1
  }
  return kept
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}

test('the properties would notice a node that is simply taken out of the list', () => {
  const nodes = [
    { id: 'a', type: 'delay', duration: 'PT1H' },
    { id: 'b', type: 'delay', duration: 'PT1H', next: null },
    { id: 'c', type: 'delay', duration: 'PT1H' },
  ]
  const before = waysOf(documentOf(nodes))
  const after = waysOf(documentOf(nodes.filter(({ id }) => id !== 'b')))
  expect(() => compare(before, after, { isAbout: () => false, nameOf: (id) => id })).toThrow(
    'a next',
  )
})
