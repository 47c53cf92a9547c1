import { expect, test } from 'vitest'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const VARIANTS = [
  { name: 'A', weight: 3, next: 'n2' },
  { name: 'B', weight: 1 },
]
const body = (variants: unknown = VARIANTS) => ({ type: 'experiment', variants })
const choose = (contact: object, more: { type: string } = body()) =>
  behaviourOf(more).choose?.(scopeWith({ contact: { ...EMPTY_CONTACT, ...contact } }))

test('experiment needs two variants of different names, and one that somebody gets', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body(VARIANTS.slice(1)))).toEqual(['variants'])
  expect(refusalOf(body([VARIANTS[0], VARIANTS[0]]))).toEqual(['variants'])
  expect(refusalOf(body(VARIANTS.map((variant) => ({ ...variant, weight: 0 }))))).toEqual([
    'variants',
  ])
  expect(refusalOf(body([VARIANTS[0], { name: 'B', weight: 0.5 }]))).toEqual(['variants.1.weight'])
})

test('experiment leads to the next node by each variant that names none', () => {
  expect(targetsOf(body())).toEqual({ 'variant:A': 'n2', 'variant:B': undefined })
  const { kind, node } = parsedNode(body())
  expect(kind.ports(node).map(({ path }) => path)).toEqual([
    '.variants[0].next',
    '.variants[1].next',
  ])
})

test('experiment splits by weight', () => {
  const names = Array.from({ length: 4000 }, (_, index) =>
    choose({ phone: `+55319${90_000_000 + index}` }),
  )
  const share = names.filter((name) => name === 'variant:A').length / names.length
  expect(Math.abs(share - 0.75)).toBeLessThan(0.03)
})

test('experiment is sticky by telephone number, else by e-mail, else by name', () => {
  const phones = Array.from({ length: 50 }, (_, index) => ({ phone: `+553199999${1000 + index}` }))
  const first = phones.map((contact) => choose(contact))
  expect(phones.map((contact) => choose({ ...contact, name: 'Outra', tags: ['x'] }))).toEqual(first)
  expect(choose({ email: 'ana@example.com', name: 'A' })).toBe(
    choose({ email: 'ana@example.com', name: 'B' }),
  )
  expect(choose({})).toBe(choose({}))
})

test('experiment draws anew at another node', () => {
  const phones = Array.from({ length: 200 }, (_, index) => ({ phone: `+553199999${1000 + index}` }))
  const at = (id: string) =>
    phones.map((contact) => choose(contact, { ...body(), id } as { type: string }))
  expect(at('n1')).not.toEqual(at('n2'))
})

test('experiment gives nobody a variant of weight 0', () => {
  const paused = body([
    { name: 'A', weight: 0 },
    { name: 'B', weight: 1 },
  ])
  const phones = Array.from({ length: 100 }, (_, index) => ({ phone: `+${index}` }))
  expect(new Set(phones.map((contact) => choose(contact, paused)))).toEqual(new Set(['variant:B']))
})
