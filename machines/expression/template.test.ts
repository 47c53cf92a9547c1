import { describe, expect, test } from 'vitest'
import { scopeWith } from '../testing/document.ts'
import { compileTemplate, isTemplate } from './template.ts'

const LIST = Array.from({ length: 3000 }, (_, index) => index)
const SCOPE = scopeWith({ payload: { list: LIST, big: 'x'.repeat(100_000), total: 99.5 } })
const render = (source: string, scope = SCOPE): string => compileTemplate(source).render(scope)

test('a text without placeholders is given back as it is', () => {
  expect(render('Oi { {name} } $.payload')).toBe('Oi { {name} } $.payload')
  expect(isTemplate('Oi')).toBe(false)
})

test('placeholders read the contact, the payload and what is absent as nothing', () => {
  expect(render('Oi, {{name}}: {{ payload.total }}{{ nada.de.nada }}')).toBe('Oi, Ana: 99.5')
})

test('a value that contains placeholders stays literal, in every place a contact can write to', () => {
  const hostile = '{{7*7}}{% assign x = 1 %}{{ name }}'
  const scope = scopeWith({
    payload: { message: hostile },
    vars: { x: hostile },
    results: { n1: { text: hostile } },
    contact: {
      name: hostile,
      phone: null,
      email: hostile,
      tags: [hostile],
      fields: { f: hostile },
    },
  })
  for (const source of [
    'name',
    'email',
    'f',
    'payload.message',
    'vars.x',
    'n1.text',
    'tags.first',
  ]) {
    expect(render(`{{ ${source} }}`, scope), source).toBe(hostile)
  }
  expect(render('{% capture c %}{{ name }}{% endcapture %}{{ c }}', scope)).toBe(hostile)
})

describe('hostile templates', () => {
  test('reach no constructor, prototype, getter or method', () => {
    for (const source of [
      '{{constructor}}',
      '{{constructor.constructor}}',
      '{{payload.constructor.name}}',
      '{{payload["constructor"]}}',
      '{{payload.__proto__}}',
      '{{payload.list.__proto__.x}}',
      '{{name.constructor}}',
      '{{payload.toString}}',
      '{{ payload.list | map: "constructor" | uniq | join }}',
    ]) {
      expect(render(source), source).toBe('')
    }
  })

  test('that look like code are errors, not code', () => {
    for (const source of [
      "{{constructor.constructor('return process')()}}",
      '{{ (() => 1)() }}',
      '{{ `${name}` }}',
      '{% include "/etc/passwd" %}',
      '{% render "x" %}',
      '{% layout "x" %}',
      '{% liquid echo name %}',
    ]) {
      expect(() => compileTemplate(source), source).toThrow(Error)
    }
  })

  test('that loop without end, over lists or ranges, stop at the limit', () => {
    const over = '{% for a in payload.list %}'
    for (const source of [
      '{% for i in (1..10000000) %}x{% endfor %}',
      `${over.repeat(3)}${'{% endfor %}'.repeat(3)}`,
      `${over}{{ payload.big }}{% endfor %}`,
      `${over}${'x'.repeat(1000)}{% endfor %}`,
      `${over}{% capture c %}{{ c }}{{ payload.big }}{% endcapture %}{% endfor %}`,
      `${over}{% assign s = s | append: payload.big %}{% endfor %}`,
      "{{ 'x' | append: payload.big | replace: 'x', payload.big }}",
    ]) {
      expect(() => render(source), source.slice(0, 60)).toThrow(/limit exceeded/)
    }
  })

  test('may be at most 100,000 characters', () => {
    expect(() => compileTemplate(`{{name}}${'x'.repeat(100_000)}`)).toThrow(/limit exceeded/)
  })
})

test('loops of a sensible size run', () => {
  expect(render('{% for a in payload.list limit:3 %}{{ a }},{% endfor %}')).toBe('0,1,2,')
  expect(render('{% for a in nada %}x{% else %}vazio{% endfor %}')).toBe('vazio')
})

test('wrong syntax and unknown filters are errors when the text is compiled', () => {
  for (const source of [
    '{{',
    '{{ name',
    '{% if %}',
    '{% for %}',
    '{{ name | nope }}',
    '{% nope %}',
  ]) {
    expect(() => compileTemplate(source), source).toThrow(Error)
  }
})

describe('purity', () => {
  test("what a text says of now is the Step's moment, in the tenant's zone", () => {
    const late = scopeWith({ now: '2026-03-10T01:30:00Z' })
    expect(render("{{ 'now' | date: '%d/%m/%Y %H:%M' }}", late)).toBe('09/03/2026 22:30')
    expect(render('{{ now | date }}', late)).toBe('09/03/2026')
    expect(render("{% assign now = 0 %}{{ 'now' | date }}", late)).toBe('09/03/2026')
  })

  test('nothing by chance or by the clock of the host is offered', () => {
    for (const filter of [
      'sample',
      'shuffle',
      'date_to_string',
      'date_to_xmlschema',
      'where_exp',
    ]) {
      expect(() => compileTemplate(`{{ payload.list | ${filter} }}`), filter).toThrow(
        /undefined filter/,
      )
    }
    expect(render("{{ 'today' | date: '%s' }}")).toBe('today')
  })
})
