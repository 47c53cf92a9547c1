import fc from 'fast-check'
import { expect, test } from 'vitest'
import { propertyOptions } from '../../testing/property-options.ts'
import { wholeDocument } from '../../testing/random-document.ts'
import { parseDocument } from '../parse.ts'
import { resolveExits } from '../resolve.ts'
import { type Flow, flowOf } from './flow.ts'
import { missingIn } from './missing.ts'
import { search } from './search.ts'

const { cases, test: options } = propertyOptions(process.env, 100, 0.2)

function flowIn(document: unknown): Flow {
  const { parsed } = parseDocument(document)
  return flowOf(parsed ? resolveExits(parsed) : [])
}

/** Asked of each name alone: can the place be reached by steps that do not set it? */
function askedOneByOne(flow: Flow, name: string): string[] {
  const ways = search(flow, {
    isClosed: ({ sets, cause }) => cause.kind === 'undecided' || sets.includes(name),
  })
  return flow.nodes.flatMap(({ id }) => (ways.has(id) ? [id] : []))
}

test('all names in one go are missing where each of them is, asked alone', options, () => {
  fc.assert(
    fc.property(wholeDocument, (document) => {
      const flow = flowIn(document)
      // More than one word of bits, and names that nothing sets.
      const others = Array.from({ length: 40 }, (_, index) => `vars.y${index}`)
      const names = [...new Set([...others, ...flow.edges.flatMap(({ sets }) => sets)])]
      const isMissing = missingIn(flow, names)
      for (const name of names) {
        const missing = flow.nodes.flatMap(({ id }) => (isMissing(name, id) ? [id] : []))
        expect(missing, name).toEqual(askedOneByOne(flow, name))
      }
    }),
    cases,
  )
})

test('a name that nobody asked for, and a place that is not there, say nothing', () => {
  const flow = flowIn({ id: 'wf_t', name: 'T', trigger: { type: 'lead.captured' }, nodes: [] })
  const isMissing = missingIn(flow, ['vars.x'])
  expect(isMissing('vars.x', '$end')).toBe(true)
  expect(isMissing('vars.y', '$end')).toBe(false)
  expect(isMissing('vars.x', 'gone')).toBe(false)
})
