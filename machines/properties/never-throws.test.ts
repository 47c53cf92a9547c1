// P1 and P2 of the reliability catalogue over hostile documents of all kinds of node: the compiler answers, whatever it
// is given, and every finding can be read and found. FLUXO_RUNS sets the number of cases, FLUXO_SEED replays one run.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import { contentHash } from '../compile/hash.ts'
import { parseDocument } from '../compile/parse.ts'
import type { Diagnostic } from '../contracts/api.ts'
import { hostileDocument } from '../testing/hostile-document.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { smallDocument, wholeDocument } from '../testing/random-document.ts'
import { begin } from '../testing/random-trace.ts'

const { cases, test: options } = propertyOptions(process.env, 5000)
const MOMENT = { contact: CONTACT(), at: '2026-03-10T12:00:00.000Z', zone: 'America/Sao_Paulo' }
/** Fields that say the same in another order, or nothing. */
const { cases: fewer, test: fewerOptions } = propertyOptions(process.env, 300, 0.1)

function CONTACT() {
  return { name: 'Ana', phone: '+5531999999999', email: null, tags: [], fields: {} }
}

/** The node that a path leads into, as it stands in the document. */
function nodeAt(input: unknown, path: string): { id?: unknown } | undefined {
  const index = /^\$\.nodes\[(\d+)\]/.exec(path)?.[1]
  return index === undefined
    ? undefined
    : (input as { nodes: { id?: unknown }[] }).nodes[Number(index)]
}

function expectReadable(input: unknown, { code, path, nodeId, message }: Diagnostic): void {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
  expect(path).toMatch(/^\$/)
  expect(message['pt-BR'].length).toBeGreaterThan(10)
  expect(message.en.length).toBeGreaterThan(10)
  expect(message['pt-BR']).not.toBe(message.en)
  const node = nodeAt(input, path)
  if (node && typeof node.id === 'string' && nodeId !== null) expect(nodeId).toBe(node.id)
  // What the outline of the document refuses is said of the document.
  if (node && code !== 'DOCUMENT_INVALID') expect(nodeId).toBe(node.id)
}

test('P1 compile answers any document with findings that can be read and found', options, () => {
  let published = 0
  fc.assert(
    fc.property(hostileDocument, (input) => {
      const { diagnostics, workflow } = compile(input)
      expect(workflow === null).toBe(diagnostics.some(({ severity }) => severity === 'error'))
      for (const diagnostic of diagnostics) expectReadable(input, diagnostic)
      const caught = diagnostics.find(
        ({ code, path }) => code === 'DOCUMENT_INVALID' && path === '$',
      )
      // Said of the whole document only where not even its outline can be read, never for an exception inside.
      if (caught && parseDocument(input).parsed) throw new Error(caught.message.en)
      if (!workflow) return
      published += 1
      const version = { workflowId: 'wf_test', versionId: 'ver_1', compiled: workflow }
      expect(['active', 'done', 'failed']).toContain(begin(version, {}, MOMENT).change.status)
    }),
    cases,
  )
  expect(published).toBeGreaterThan(cases.numRuns / 100)
})

/** The same JSON with the keys of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, reordered(item)] as const)
  return Object.fromEntries(entries.toReversed())
}

test('P2 the order of keys changes neither the hash nor the findings', fewerOptions, () => {
  fc.assert(
    fc.property(fc.oneof(smallDocument, wholeDocument), fc.jsonValue(), (document, layout) => {
      const other = reordered({ ...document, layout })
      expect(contentHash(other)).toBe(contentHash(document))
      const codesOf = (input: unknown) =>
        compile(input)
          .diagnostics.map(({ code, path }) => `${code} ${path}`)
          .toSorted()
      expect(codesOf(other)).toEqual(codesOf(document))
    }),
    fewer,
  )
})
