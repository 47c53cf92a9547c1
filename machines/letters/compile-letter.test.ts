import { describe, expect, test } from 'vitest'
import { compileLetter, type LetterSource } from './compile-letter.ts'

const GLOBALS = {
  contact: { name: 'Ana & <b>Bia</b>' },
  unsubscribe_url: 'https://f.example/e/u/x?a=1&b=2',
  now: '2026-03-10T12:00:00Z',
  zone: 'America/Sao_Paulo',
}

function letterOf(source: Partial<LetterSource>, partials: Record<string, string> = {}) {
  const made = compileLetter({ subject: 's', html: '<p>h</p>', ...source }, partials)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return made.letter
}

const htmlOf = (html: string, vars = {}, partials = {}): string =>
  letterOf({ html }, partials).render({ vars, globals: GLOBALS }).html

test('values are text in the HTML, and as they are in subject and text', () => {
  const letter = letterOf({
    subject: 'Oi, {{ nome }}\n!',
    html: '<p title="{{ nome }}">{{ nome }} {{ contact.name }}</p>',
    text: '{{ nome }}',
  })
  const nome = `<script>"x"</script>{{ 7 }} & 'y'`
  expect(letter.render({ vars: { nome }, globals: GLOBALS })).toEqual({
    subject: `Oi, ${nome} !`,
    html:
      '<p title="&lt;script&gt;&#34;x&#34;&lt;/script&gt;{{ 7 }} &amp; &#39;y&#39;">' +
      '&lt;script&gt;&#34;x&#34;&lt;/script&gt;{{ 7 }} &amp; &#39;y&#39; Ana &amp; &lt;b&gt;Bia&lt;/b&gt;</p>',
    text: nome,
  })
})

test('no filter lets markup of a value through', () => {
  const vars = { x: '<i>\n&' }
  expect(htmlOf('{{ x | escape }}', vars)).toBe('&lt;i&gt;\n&amp;')
  expect(htmlOf('{{ x | newline_to_br }}', vars)).toBe('&lt;i&gt;<br>\n&amp;')
  expect(htmlOf('{{ x | append: "<u>" }}', vars)).toBe('&lt;i&gt;\n&amp;&lt;u&gt;')
  expect(compileLetter({ subject: 's', html: '{{ x | raw }}' }).ok).toBe(false)
  expect(compileLetter({ subject: 's', html: '{{ x | strip_html }}' }).ok).toBe(false)
})

test('partials see what they are given and what every letter has, nothing else', () => {
  const partials = {
    botao: '<a href="{{ url }}">{{ texto }}{{ nome }}</a>',
    rodape: `{% render 'botao', texto: 'Sair', url: unsubscribe_url %}{{ now | date: '%d/%m' }}`,
  }
  expect(htmlOf("{{ nome }}{% render 'rodape' %}", { nome: 'Ana' }, partials)).toBe(
    'Ana<a href="https://f.example/e/u/x?a=1&amp;b=2">Sair</a>10/03',
  )
})

test('what it asks for is found, in partials too', () => {
  const letter = letterOf(
    {
      subject: '{{ assunto }}',
      html: `{% assign t = total %}{{ t }}{{ contact.name }}{% render 'p', valor: desconto %}`,
      text: '{{ nome }}',
    },
    { p: '{{ valor }}' },
  )
  expect(letter.variables).toEqual(['assunto', 'desconto', 'nome', 'total'])
})

describe('partials that cannot be rendered are found before anything is', () => {
  test.each([
    ["{% render 'nada' %}", {}, 'there is no partial nada'],
    ["{% render 'a' %}", { a: "{% render 'b' %}", b: "{% render 'a' %}" }, 'a → b → a'],
    ['{% render nome %}', { nome: 'x' }, 'in quotes'],
    ["{% render 'a{{ x }}' %}", { a: 'x' }, 'in quotes'],
    ["{% render 'a' for lista %}", { a: 'x' }, 'in quotes'],
    ["{%- render 'constructor' -%}", {}, 'there is no partial constructor'],
  ])('%s', (html, partials, message) => {
    const made = compileLetter({ subject: 's', html }, partials)
    expect(made).toMatchObject({ ok: false, problems: [{ field: 'html' }] })
    expect(JSON.stringify(made)).toContain(message)
  })

  test('a chain that is too deep', () => {
    const partials = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [`p${n}`, `{% render 'p${n + 1}' %}`]),
    )
    const made = compileLetter({ subject: 's', html: "{% render 'p0' %}" }, { ...partials, p8: '' })
    expect(JSON.stringify(made)).toContain('partials deep')
  })

  test('many partials of many partials end at the budget', () => {
    const many = (name: string): string => `{% render '${name}' %}`.repeat(400)
    const letter = letterOf({ html: many('a') }, { a: many('b'), b: many('c'), c: 'x' })
    const started = performance.now()
    expect(() => letter.render({ vars: {}, globals: GLOBALS })).toThrow('memory')
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

test('each problem names its field', () => {
  const made = compileLetter({
    subject: '{{ x',
    html: '{% layout "x" %}',
    text: '{% include "a" %}',
  })
  expect(made.ok ? [] : made.problems.map(({ field }) => field)).toEqual([
    'subject',
    'html',
    'text',
  ])
})
