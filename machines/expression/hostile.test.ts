// Bad input of reliability §8 against everything that evaluates: texts, values, paths, conditions, patterns and the
// nodes around them. Each is answered or refused within 100 ms, compiled and evaluated; nothing is evaluated twice, and
// no prototype is read or changed.

import { describe, expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { simulate } from '../simulate/simulate.ts'
import { behaviourOf, documentOf, scopeWith, textNode } from '../testing/document.ts'
import { compileCondition, type Condition } from './condition.ts'
import { compilePath } from './path.ts'
import { compileTemplate } from './template.ts'
import { compileValue } from './value.ts'

const MOST_MS = 100

/** In the processor's time of this thread: other work on the machine must not make a test red. A refusal is an end too. */
function cpuMilliseconds(work: () => unknown): number {
  const before = process.threadCpuUsage()
  try {
    work()
  } catch {
    // Refused.
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** As much as one event may bring. */
const LIST = Array.from({ length: 8000 }, (_, index) => ({ a: index, b: 'x' }))
const payload = { big: 'a'.repeat(90_000), list: LIST, deep: nested(90), n: 1 } as unknown as Json
const scope = scopeWith({ payload, vars: { list: LIST } })

function nested(levels: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
}

describe('within 100 ms, compiled and evaluated', () => {
  const over = '{% for a in payload.list %}'
  const rest = '{% endfor %}'
  test.each([
    ['a loop over ten million', `{% for i in (1..10000000) %}x${rest}`],
    ['a loop without a body over ten million', `{% for i in (1..10000000) %}${rest}`],
    ['loops in loops', `${over.repeat(4)}${rest.repeat(4)}`],
    ['an endless range', '{% for i in (1..9007199254740993) %}{% endfor %}'],
    ['a range turned round', '{% for i in (10000000..1) %}{% endfor %}'],
    [
      'a range from the payload',
      '{% for i in (1..payload.big.size) %}{{ payload.big }}{% endfor %}',
    ],
    ['a growing text', `${over}{% assign s = s | append: payload.big %}${rest}`],
    ['a list that is split and joined', "{{ payload.big | split: '' | join: payload.big }}"],
    ['a list that is sorted for each item', `${over}{{ payload.list | sort: 'a' | size }}${rest}`],
    ['a list that is mapped for each item', `${over}{{ payload.list | map: 'a' | size }}${rest}`],
    [
      'a list that is searched for each item',
      `${over}{{ payload.list | where: 'b' | size }}${rest}`,
    ],
    ['a list that is summed for each item', `${over}{{ payload.list | sum: 'a' }}${rest}`],
    ['a list that is told apart for each item', `${over}{{ payload.list | uniq | size }}${rest}`],
    ['a list that is written for each item', `${over}{{ payload.list | json | size }}${rest}`],
    ['a list that is joined for each item', `${over}{{ payload.list | join | size }}${rest}`],
    ['a text that is split for each item', `${over}{{ payload.big | split: 'a' | size }}${rest}`],
    [
      'a text that is searched for each item',
      `${over}{{ payload.big | remove: 'ab' | size }}${rest}`,
    ],
    ['a text that is encoded for each item', `${over}{{ payload.big | url_encode | size }}${rest}`],
    ['a list that is reversed for each item', `${over}{{ payload.list | reverse | size }}${rest}`],
    [
      'a list that is shortened for each item',
      `${over}{{ payload.list | slice: 1 | size }}${rest}`,
    ],
    ['a list that is copied by concat', `${over}{% assign l = l | concat: payload.list %}${rest}`],
    ['pop, which is not offered', `${over}{% assign l = payload.list | pop %}${rest}`],
    ['shift, which is not offered', `${over}{% assign l = payload.list | shift %}${rest}`],
    ['replace of everything by much', "{{ payload.big | replace: 'a', payload.big }}"],
    ['captures in captures', '{% capture c %}'.repeat(300) + '{% endcapture %}'.repeat(300)],
    ['a date of a huge pattern', `{{ 'now' | date: '${'%c'.repeat(5000)}' }}`],
    ['many placeholders', '{{ payload.n }}'.repeat(6000)],
    ['conditions without an end', `${'{% if payload.n %}'.repeat(2000)}`],
    ['a filter chain', `{{ name${' | upcase'.repeat(5000)} }}`],
    ['increments for ever', `${over}{% increment x %}${rest}`],
    ['cycle and tablerow', '{% tablerow i in (1..10000000) cols:1 %}{{ i }}{% endtablerow %}'],
  ])('a text with %s', (_what, source) => {
    expect(cpuMilliseconds(() => compileTemplate(source).render(scope))).toBeLessThan(MOST_MS)
  })

  test.each([
    '$..a',
    '$..*',
    '$.payload.list[*].a',
    '$.payload.list[?@.a > 3].b',
    '$.payload.list[?@.b == "x" && @.a != 7 || !@.c]',
    '$.payload.list[?@.a > 1][?@.b == "x"]',
    '$..[?@.a]',
    '$..[?@..a]',
    '$.payload.list[*][*][*]',
    '$.payload.list[0:20000:1]',
    '$.payload.list[-1:-20000:-1]',
    `$${'[*]'.repeat(300)}`,
    `$${'.a'.repeat(900)}`,
    `$.payload.list[${'0,'.repeat(900)}0]`,
    `$[?${'('.repeat(1900)}`,
    `$[?${'!'.repeat(1900)}@.a]`,
    "$['__proto__']['constructor']",
    `$.payload.list[?match(@.b, '(a+)+$')]`,
    `$.payload.list[?search(@.b, '(a+)+$')]`,
    `$.payload.list[?length(@.b) > 0]`,
    `$.payload.list[?count($..a) > 0]`,
    `$.payload.list[?value($..a) > 0]`,
  ])('the path %s', (source) => {
    expect(cpuMilliseconds(() => compilePath(source)(scope))).toBeLessThan(MOST_MS)
  })

  const many = (condition: Condition) => Array.from({ length: 100 }, () => condition)
  const matches: Condition = { value: '$.payload.big', op: 'matches', to: '(a+)+$' }
  const conditions: [string, Condition][] = [
    ['a hundred patterns', { all: many(matches) }],
    ['a pattern of the contact', { value: 'x', op: 'matches', to: '$.payload.big' }],
    [
      'patterns made of a text',
      { any: many({ value: 'a', op: 'matches', to: '{{payload.big}}' }) },
    ],
    ['a search in a long text', { any: many({ value: '$.payload.big', op: 'contains', to: 'b' }) }],
    ['a search in a list', { any: many({ value: 5, op: 'in', to: '$.payload.list' }) }],
    ['two large values compared', { value: '$.payload.list', op: 'equals', to: '$.vars.list' }],
    ['a long text as a date', { any: many({ value: '$.payload.big', op: 'before', to: '$.now' }) }],
    ['a long text as a number', { any: many({ value: '$.payload.big', op: 'greater', to: 1 }) }],
  ]
  test.each(conditions)('a condition with %s', (_what, condition) => {
    expect(cpuMilliseconds(() => compileCondition(condition)(scope))).toBeLessThan(MOST_MS)
  })

  test('a document full of them is answered', () => {
    const nodes = Array.from({ length: 20 }, () => textNode('a', { text: `${over}{{ a }}${rest}` }))
    const document = documentOf(nodes.map((node, index) => ({ ...node, id: `n${index}` })))
    expect(cpuMilliseconds(() => compile(document))).toBeLessThan(MOST_MS * 3)
  })
})

describe('what a contact writes is never evaluated', () => {
  const HOSTILE = [
    '{{7*7}}',
    '{{ name }}',
    '{% assign x = 1 %}{{ x }}',
    '$.contact.phone',
    '${7*7}',
    '<%= 7*7 %>',
    '#{7*7}',
    "{{constructor.constructor('return process')()}}",
  ]

  test.each(HOSTILE)('%s stays as it is through every node, also the second time', (hostile) => {
    const echo =
      'A {{name}} B {{x}} C {{y}} D {{payload.text}} E {{ouve.text}} F {{pergunta.value}}'
    const document = documentOf([
      { id: 'guarda', type: 'set.variable', set: { x: '$.payload.text', y: '{{payload.text}}' } },
      { id: 'outra', type: 'set.variable', set: { x: '{{x}}', y: '$.vars.y' } },
      { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
      { id: 'pergunta', type: 'ask', text: 'E aí, {{name}}?', as: 'z' },
      textNode('eco', { text: `${echo} G {{z}}` }),
    ])
    const { effects } = simulate(document, [{ message: hostile }, { message: hostile }], {
      start: { payload: { text: hostile } },
      contact: { name: hostile },
    })
    const said = effects.map(({ command }) => (command as { text?: string }).text)
    const h = hostile
    expect(said).toEqual([`E aí, ${h}?`, `A ${h} B ${h} C ${h} D ${h} E ${h} F ${h} G ${h}`])
  })

  test.each(HOSTILE)('%s in a name, tag, field, result or webhook answer is a value', (hostile) => {
    const around = scopeWith({
      payload: { a: hostile },
      vars: { v: hostile },
      results: { chamada: { body: { a: [hostile] } } },
      contact: { name: hostile, phone: null, email: null, tags: [hostile], fields: { f: hostile } },
    })
    const read = compileValue({
      path: '$.chamada.body.a[0]',
      text: '{{ chamada.body.a.first }}',
      list: ['$.vars.v', '{{f}}', '{{ tags | first }}', '$.name'],
    })
    expect(read(around)).toEqual({
      path: hostile,
      text: hostile,
      list: [hostile, hostile, hostile, hostile],
    })
    const { command } = behaviourOf({
      type: 'webhook.call',
      url: 'https://erp.example/{{ payload.a | url_encode }}',
      body: { [hostile]: '$.payload.a' },
    })
    expect(command?.(around)).toMatchObject({
      body: { [hostile]: hostile },
      url: expect.stringMatching(/^https:\/\/erp\.example\/[^/?#{}$ ]*$/) as string,
    })
  })
})

describe('prototypes', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']
  const POLLUTION = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}}}',
  ) as JsonObject

  /** Runs the work and says what it left on every object of the process. */
  function pollutedBy(work: () => void): unknown[] {
    work()
    return [({} as { polluted?: unknown }).polluted, ...Object.keys(Object.prototype)]
  }

  test.each(NAMES)('%s is read of own data only', (name) => {
    const bare = scopeWith({ payload: { list: [1], text: 'x' } })
    expect(compilePath(`$.payload['${name}']`)(bare)).toBeUndefined()
    expect(compilePath(`$['${name}']`)(bare)).toBeUndefined()
    expect(compileTemplate(`{{ payload.${name} }}{{ ${name} }}`).render(bare)).toBe('')
    expect(compileCondition({ value: `$.payload.${name}`, op: 'exists' })(bare)).toBe(false)
    const own = scopeWith({ payload: JSON.parse(`{"${name}":"meu"}`) as JsonObject })
    expect(compilePath(`$.payload['${name}']`)(own)).toBe('meu')
  })

  test.each(NAMES)(
    '%s as the name of a variable, a field or a node changes no prototype',
    (name) => {
      const set = JSON.parse(`{"${name}":{"polluted":1}}`) as object
      const inputs = [
        documentOf([{ type: 'set.variable', set }]),
        documentOf([{ type: 'contact.upsert', map: set }]),
        documentOf([
          { type: 'webhook.call', url: 'https://a.example/', body: set, headers: { [name]: 'x' } },
        ]),
        documentOf([
          { type: 'switch', on: '$.payload.a', cases: JSON.parse(`{"${name}":null}`) as object },
        ]),
        documentOf([textNode(name), textNode('b', { next: name, parent: name, onError: name })]),
        documentOf([{ type: 'subflow', workflow: 'wf_a', input: set }]),
        documentOf([{ type: 'end', output: set }]),
      ]
      const polluted = pollutedBy(() => {
        for (const input of inputs) simulate(input, [], { start: { payload: POLLUTION } })
      })
      expect(polluted).toEqual([undefined])
    },
  )

  test('a hostile payload, result and answer change no prototype', () => {
    const document = documentOf([
      { id: 'chama', type: 'webhook.call', url: 'https://a.example/', body: '$.payload' },
      { id: 'guarda', type: 'set.variable', set: { x: '$.chama', y: '$.payload.a' } },
      textNode('diz', { text: '{{ x | json }}{{ polluted }}' }),
    ])
    const options = { autoResults: false, start: { payload: POLLUTION } }
    const script = [{ result: { node: 'chama', output: POLLUTION } }]
    const { final, effects } = simulate(document, script, options)
    expect(JSON.stringify(final.vars)).toContain('"constructor":{"prototype":{"polluted":1}}')
    expect(effects.map(({ nodeId }) => nodeId)).toEqual(['chama', 'diz'])
    expect(pollutedBy(() => simulate(document, script, options))).toEqual([undefined])
  })
})
