// Random workflow documents for property tests: whole ones of every kind of node, and hostile ones.

import fc from 'fast-check'
import { documentOf } from './document.ts'

/** Ids that were trouble somewhere, all of them allowed. */
const ALLOWED_IDS = [
  ...'n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 7 10 3 1e3 0x1 Infinity não a-b n🎉 _'.split(' '),
  'x'.repeat(64),
  ...'length deep done turn item over next name then xstate null'.split(' '),
]

/** Whole numbers come first in any JavaScript object, so paths side by side would not be in the document's order. */
function idAt(index: number, isRegion = false): string {
  const id = ALLOWED_IDS[index] ?? `s${index}`
  return isRegion && /^\d+$/.test(id) ? `s${index}` : id
}

/** Events that waits and groups react to; a trace sends the same. */
export const EVENT_TYPES = ['a.b', 'c.d', 'message.received', 'message.received.whatsapp'] as const
const DURATIONS = ['PT1S', 'PT5M', 'P1D', 'PT5M', 'P1M']
const PATHS = ['$.payload.flag', '$.vars.x', '$.vars.item', '$.payload.list', '$.now', '$.nobody']
/** Text of which some cannot be rendered: failures of a node itself. */
const TEXTS = [
  'Oi',
  'Oi, {{name}}: {{x}} {{item}}',
  '{{payload.flag}}',
  '{% for i in (1..2000000) %}{{i}}{% endfor %}',
]
const LISTS = ['$.payload.list', '$.payload.empty', '$.payload.flag', '$.vars.list']

/** What one node is made of; numbers choose among what there is. */
interface Spec {
  kind: string
  /** Containers that end before it. */
  up: number
  picks: number[]
}

/** Where a node may lead: a place by its number, the end, or where the list goes on. */
type Target = string | null | undefined
interface Making {
  id: string
  pick: (limit: number) => number
  target: () => Target
  /** Where a node may lead that is left at once; never back. */
  onward: () => Target
}

const isGiven = ([, value]: [string, unknown]) => value !== undefined
const given = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(isGiven))

const duration = ({ pick }: Making) => DURATIONS[pick(DURATIONS.length)]
const text = ({ pick }: Making) => TEXTS[pick(20)] ?? 'Tudo certo, {{name}}'
const path = ({ pick }: Making) => PATHS[pick(PATHS.length)]
const eventType = ({ pick }: Making) => EVENT_TYPES[pick(EVENT_TYPES.length)]
const timeoutOf = (making: Making): object =>
  making.pick(2) === 0
    ? {}
    : { timeout: duration(making), ...given({ timeoutNext: making.target() }) }
const waysOut = (making: Making): object =>
  given({ next: making.target(), onError: making.target() })
const condition = (making: Making) =>
  making.pick(3) === 0
    ? { not: { value: path(making), op: 'exists' } }
    : { value: path(making), op: 'equals', to: making.pick(3) }

const asking = (making: Making) => ({
  input: text(making),
  ...(making.pick(2) === 0 ? { minConfidence: 0.5 } : {}),
  ...given({ fallback: making.target() }),
})

/** How each kind of node is made. */
const MAKERS: Record<string, (making: Making) => object> = {
  'whatsapp.send_text': (making) => ({ text: text(making), ...waysOut(making) }),
  'whatsapp.send_buttons': (making) => ({
    body: text(making),
    buttons: [{ id: 'sim', title: 'Sim' }],
    ...waysOut(making),
  }),
  'whatsapp.send_list': (making) => ({
    body: text(making),
    button: 'Ver',
    sections: [{ rows: [{ id: 'a', title: '{{x}}a' }] }],
    ...waysOut(making),
  }),
  'whatsapp.send_media': (making) => ({
    media: 'image',
    link: 'https://example.com/a.png',
    ...waysOut(making),
  }),
  'whatsapp.send_cta_url': (making) => ({
    body: text(making),
    button: 'Abrir',
    url: 'https://example.com/{{x | url_encode}}',
    ...waysOut(making),
  }),
  'whatsapp.send_carousel': (making) => ({
    body: text(making),
    media: 'image',
    cards: [1, 2].map((n) => ({
      link: `https://example.com/${n}.png`,
      replies: [{ id: `r${n}`, title: '{{x}}a' }],
    })),
    ...waysOut(making),
  }),
  'whatsapp.send_contacts': (making) => ({
    contacts: [{ name: text(making) }],
    ...waysOut(making),
  }),
  'whatsapp.request_location': (making) => ({ body: text(making), ...waysOut(making) }),
  'whatsapp.send_reaction': (making) => ({ emoji: '👍', ...waysOut(making) }),
  'whatsapp.mark_read': (making) => ({ typing: making.pick(2) === 0, ...waysOut(making) }),
  'whatsapp.send_template': (making) => ({
    template: 'ola',
    vars: { nome: path(making) },
    ...waysOut(making),
  }),
  'email.send_template': (making) => ({
    template: 'ola',
    vars: { nome: text(making) },
    ...waysOut(making),
  }),
  'message.send_text': (making) => ({
    text: text(making),
    ...(making.pick(2) === 0 ? { channel: 'chat' } : {}),
    ...waysOut(making),
  }),
  'contact.upsert': (making) => ({ map: { name: text(making) }, ...waysOut(making) }),
  'tag.add': (making) => ({ tags: ['quente'], ...waysOut(making) }),
  'tag.remove': (making) => ({ tags: ['quente'], ...waysOut(making) }),
  'crm.create_deal': (making) => ({ title: text(making), ...waysOut(making) }),
  'webhook.call': (making) => ({
    url: 'https://example.com/{{x | url_encode}}',
    body: { a: path(making) },
    ...waysOut(making),
  }),
  'ai.classify': (making) => ({ ...asking(making), ...waysOut(making) }),
  'ai.reply': (making) => ({ ...asking(making), ...waysOut(making) }),
  'ai.extract': (making) => ({
    ...asking(making),
    schema: { type: 'object' },
    ...waysOut(making),
  }),
  ask: (making) => ({
    text: text(making),
    ...(making.pick(2) === 0 ? { buttons: [{ id: 'sim', title: 'Sim' }] } : {}),
    ...(making.pick(2) === 0 ? { answer: { type: 'integer' }, as: 'x' } : {}),
    ...(making.pick(2) === 0 ? { retries: making.pick(3), retryText: text(making) } : {}),
    ...given({ invalidNext: making.target() }),
    ...timeoutOf(making),
    ...waysOut(making),
  }),
  subflow: (making) => ({
    workflow: 'wf_outro',
    input: { a: path(making), b: text(making) },
    ...(making.pick(2) === 0 ? { as: 'x' } : {}),
    ...timeoutOf(making),
    ...waysOut(making),
  }),
  interrupt: (making) => ({
    words: [`palavra ${making.id.slice(0, 9)}`],
    ...given({ next: making.target(), onError: making.target() }),
  }),
  'transform.json': (making) => ({ expression: '$', input: path(making), ...waysOut(making) }),
  'handoff.human': (making) => ({ ...given({ next: making.target() }), ...timeoutOf(making) }),
  switch: (making) => ({
    on: path(making),
    cases: Object.fromEntries(
      ['1', '2', 'default'].slice(making.pick(3)).map((name) => [name, making.onward() ?? null]),
    ),
    ...given({ next: making.onward() }),
  }),
  if: (making) => ({
    condition: condition(making),
    ...given({ then: making.onward(), else: making.onward() }),
  }),
  experiment: (making) => ({
    variants: [
      { name: 'a', weight: 1, ...given({ next: making.onward() }) },
      { name: 'b', weight: 2, ...given({ next: making.onward() }) },
    ],
  }),
  intent: (making) => ({
    on: `$['${idAt(making.pick(12))}']`,
    cases: { compra: making.onward() ?? null },
    ...given({ default: making.onward() }),
  }),
  'business.hours': (making) => given({ open: making.onward(), closed: making.onward() }),
  'set.variable': (making) => ({
    set: { x: [1, path(making), text(making)][making.pick(3)], list: [1, '$.now'] },
    ...given({ next: making.onward() }),
  }),
  delay: (making) => ({ duration: duration(making), ...given({ next: making.target() }) }),
  'wait.until': (making) => ({
    ...[
      { at: { time: '09:00' } },
      { at: '2026-03-11T09:00:00-03:00' },
      { until: path(making), ...given({ onError: making.target() }) },
    ][making.pick(3)],
    ...given({ next: making.target() }),
  }),
  'wait.for.event': (making) => ({
    ...(making.pick(2) === 0
      ? { event: eventType(making), ...given({ next: making.target() }) }
      : {
          events: Array.from({ length: 1 + making.pick(3) }, () => ({
            event: eventType(making),
            ...given({ next: making.target() }),
          })),
        }),
    ...timeoutOf(making),
  }),
  group: (making) => ({
    on: Array.from({ length: making.pick(3) }, () => ({
      event: eventType(making),
      next: making.target() ?? null,
    })),
    ...given({ next: making.onward(), onError: making.target() }),
    ...timeoutOf(making),
  }),
  parallel: (making) => given({ next: making.onward(), onError: making.target() }),
  'loop.for-each': (making) => ({
    items: LISTS[making.pick(LISTS.length)],
    as: 'item',
    max: 1 + making.pick(3),
    ...given({ next: making.onward(), onError: making.target() }),
  }),
  goto: (making) => ({ to: making.onward() ?? null }),
  end: (making) => (making.pick(2) === 0 ? {} : { output: { a: path(making), b: text(making) } }),
}
/** Kinds of node that a random document is made of. */
export const RANDOM_KINDS = Object.keys(MAKERS)
const CONTAINERS = new Set(['group', 'parallel', 'loop.for-each', 'interrupt'])
const DEEPEST = 4

const spec: fc.Arbitrary<Spec> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...RANDOM_KINDS) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('group', 'parallel', 'loop.for-each', 'goto'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('wait.for.event', 'whatsapp.send_text', 'delay', 'ask'),
    },
  ),
  up: fc.nat(3),
  picks: fc.array(fc.nat(59), { maxLength: 12 }),
})

const specsUpTo = (maxLength: number) => fc.array(spec, { minLength: 1, maxLength, size: '+1' })
/** First a group that is left and returned to. */
const returning = fc
  .tuple(fc.array(fc.nat(59), { minLength: 1, maxLength: 4 }), specsUpTo(9))
  .map(([picks, inside]): Spec[] => [{ kind: 'group', up: 0, picks: [0, ...picks] }, ...inside])

/** Documents of 2 to some 60 nodes with every target in place and every container filled. */
export const wholeDocument: fc.Arbitrary<ReturnType<typeof documentOf>> = fc
  .oneof(
    { weight: 2, arbitrary: specsUpTo(12) },
    { weight: 2, arbitrary: returning },
    { weight: 1, arbitrary: specsUpTo(45) },
  )
  .map((specs) => documentOf(nodesOf(specs)))

/** Documents of up to some 15 nodes. */
export const smallDocument = specsUpTo(8).map((specs) => documentOf(nodesOf(specs)))

interface Node {
  id: string
  type: string
  parent?: string
}

/** A node at its place; `picks` decide on its body, `fixed` is given. */
interface Placed {
  node: Node
  picks: number[]
  fixed: object
}

function nodesOf(specs: Spec[]): object[] {
  const placed = placedNodes(specs)
  return placed.map((each) => finished(each, placed))
}

/** Ids, kinds and nesting come first, so that every node can lead to every other. */
function placedNodes(specs: Spec[]): Placed[] {
  const placed: Placed[] = []
  const open: Placed[] = []
  const add = (type: string, picks: number[] = [], fixed: object = {}): Placed => {
    const around = open.at(-1)?.node
    const id = idAt(placed.length, around?.type === 'parallel')
    const added = { node: { id, type, ...(around && { parent: around.id }) }, picks, fixed }
    placed.push(added)
    return added
  }
  const close = () => {
    const ended = open.at(-1)
    if (ended && !placed.some(({ node }) => node.parent === ended.node.id)) {
      if (ended.node.type === 'parallel') open.push(add('group'))
      add('whatsapp.send_text')
      open.splice(open.indexOf(ended) + 1)
    }
    open.pop()
    if (ended?.fixed === RETURNING) ended.fixed = returnTo(ended, add)
  }
  add('delay')
  for (const { kind, up, picks } of specs) {
    for (let times = up - 1; times > 0; times -= 1) close()
    if (kind === 'interrupt') while (open.length > 0) close()
    const isRegion = open.at(-1)?.node.type === 'parallel'
    const isTooDeep = open.length >= DEEPEST && CONTAINERS.has(kind)
    const type = isRegion ? 'group' : isTooDeep ? 'delay' : kind
    const isReturning = type === 'group' && !isRegion && (picks[0] ?? 0) % 2 === 0
    const added = add(type, picks, isReturning ? RETURNING : {})
    if (CONTAINERS.has(type)) open.push(added)
  }
  while (open.length > 0) close()
  return placed
}

/** Marks a group that an event leads out of and history back into. */
const RETURNING = {}

function returnTo(group: Placed, add: (type: string, picks: number[], fixed: object) => Placed) {
  const pause = add('delay', [], { duration: 'PT1S' })
  const history = group.picks.length % 2 === 0 ? 'deep' : 'shallow'
  add('goto', [], { to: group.node.id, history })
  return { on: [{ event: 'a.b', next: pause.node.id }], next: null }
}

function finished({ node, picks, fixed }: Placed, placed: Placed[]): object {
  let used = 0
  const number = () => picks[used++ % Math.max(1, picks.length)] ?? 0
  const among = (ids: string[]): Target => {
    const chosen = number()
    if (chosen % 2 === 0 || ids.length === 0) return undefined
    return chosen % 11 === 0 ? null : ids[chosen % ids.length]
  }
  // An interrupt is reached by its words alone, and no path from outside leads into it.
  const ids = placed
    .filter((each) => each.node.type !== 'interrupt' && isReachable(each.node, node, placed))
    .map((each) => each.node.id)
  const making: Making = {
    id: node.id,
    pick: (limit) => number() % limit,
    target: () => among(ids),
    onward: () => among(ids.slice(ids.indexOf(node.id) + 1)),
  }
  const body = node.type === 'goto' ? jump(making, node, placed) : MAKERS[node.type]?.(making)
  return { ...node, ...body, ...fixed }
}

/** To a group with history, or to any node. From inside a group its own history is nowhere to come back from. */
function jump({ pick, target, onward }: Making, node: Node, placed: Placed[]): object {
  const history = ['none', 'shallow', 'deep'][pick(3)]
  const groups = placed
    .map((each) => each.node)
    .filter(
      (each) =>
        each.type === 'group' && isReachable(each, node, placed) && !holds(each, node, placed),
    )
  const group = groups[pick(60) % Math.max(1, groups.length)]
  if (history !== 'none' && group) return { to: group.id, history }
  return { to: onward() ?? target() ?? placed[0]?.node.id }
}

function holds(container: Node, inner: Node, placed: Placed[]): boolean {
  const around = aroundOf(inner, placed)
  return around !== undefined && (around === container || holds(container, around, placed))
}

function aroundOf({ parent }: Node, placed: Placed[]): Node | undefined {
  return placed.find(({ node }) => node.id === parent)?.node
}

function isReachable(to: Node, from: Node, placed: Placed[]): boolean {
  const around = interruptOf(to, placed)
  return around === null || around === interruptOf(from, placed)
}

function interruptOf(node: Node, placed: Placed[]): Node | null {
  if (node.type === 'interrupt') return node
  const around = aroundOf(node, placed)
  return around ? interruptOf(around, placed) : null
}
