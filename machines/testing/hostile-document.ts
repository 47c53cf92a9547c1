// Hostile workflow documents for property tests: good ones with damage done to them, and nonsense.

import fc from 'fast-check'
import { documentOf } from './document.ts'
import { smallDocument, RANDOM_KINDS } from './random-document.ts'

const IDS = [
  '',
  ' ',
  '🎉',
  'n🎉',
  '\u0000',
  '\ud800',
  'n1 ',
  'x'.repeat(300),
  ...'__proto__ constructor prototype toString hasOwnProperty payload contact vars now'.split(' '),
  ...'a.b #x * n1.n2 ../n1 n0 n1 n2 1e3 NaN xstate.done xstate.after.n1.n1'.split(' '),
  ...'$end $failed $return $main $run done:n1 turn:n1 begin:n1 deep:n1 shallow:n1'.split(' '),
]
const FIELDS = 'id type next onError parent to timeout timeoutNext on as'.split(' ')
const VALUES: unknown[] = [
  null,
  true,
  -1,
  Infinity,
  {},
  [],
  [[]],
  [null],
  { all: [{ not: { any: [] } }] },
  JSON.parse('{"__proto__":{"a":1}}'),
  '{% for %}',
  '{{constructor.constructor("return 1")()}}',
  ...'P1D P99Y PT0S {{ $.[ $..a..b $.a[?(@.b)] {{7*7}}'.split(' '),
]
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...IDS) },
  { weight: 2, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.constantFrom(...RANDOM_KINDS, 'note', 'interrupt') },
  { weight: 1, arbitrary: fc.jsonValue() },
)

/** One thing that is done to a document. */
type Damage = { at: number; field: string; value: unknown; how: string }
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(60),
  field: fc.constantFrom(...FIELDS),
  value: hostile,
  how: fc.constantFrom(
    'field',
    'field',
    'field',
    'any field',
    'remove',
    'double',
    'swap',
    'inside',
  ),
})

type Nodes = Record<string, unknown>[]

function damaged(nodes: Nodes, { at, field, value, how }: Damage): Nodes {
  const index = at % Math.max(1, nodes.length)
  const node = nodes[index]
  if (!node) return nodes
  const names = Object.keys(node)
  const name = names[at % Math.max(1, names.length)] ?? field
  const changed = (key: string, to: unknown) => nodes.with(index, set(node, key, to))
  switch (how) {
    case 'any field':
      return changed(name, value)
    case 'inside':
      return changed(name, { [field]: value, list: [value] })
    case 'remove':
      return nodes.toSpliced(index, 1)
    case 'double':
      return [...nodes, node]
    case 'swap':
      return nodes.toReversed()
    default:
      return changed(field, value)
  }
}

/** Also for names that an assignment would not make a field of. */
function set(node: Record<string, unknown>, key: string, value: unknown) {
  return Object.fromEntries([...Object.entries(node), [key, value]])
}

const nonsense = fc.array(
  fc.dictionary(fc.constantFrom(...FIELDS, ...IDS), hostile, { maxKeys: 8 }),
  { maxLength: 20 },
)

/** Documents of which most are refused, each for reasons of its own. */
export const hostileDocument: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(smallDocument, fc.array(damage, { minLength: 1, maxLength: 5 }))
      .map(([{ nodes }, damages]) => documentOf(damages.reduce<Nodes>(damaged, nodes as Nodes))),
  },
  { weight: 1, arbitrary: nonsense.map((nodes) => ({ ...documentOf([]), nodes })) },
)
