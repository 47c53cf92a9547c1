import { expect, test } from 'vitest'
import { problemsOfTemplate } from './whatsapp-template-rules.ts'
import type { TemplateDraft } from './whatsapp-template.ts'

const draft = (more: Partial<TemplateDraft> = {}): TemplateDraft => ({
  name: 'pedido_enviado',
  language: 'pt_BR',
  category: 'UTILITY',
  header: null,
  body: 'Oi, {{nome}}, seu pedido {{numero}} saiu.',
  examples: { nome: 'Ana', numero: '123' },
  footer: null,
  buttons: [],
  ...more,
})
const fields = (more: Partial<TemplateDraft>) => problemsOfTemplate(draft(more)).map((p) => p.field)

test('what Meta takes has no problems', () => {
  const whole = draft({
    header: { type: 'text', text: 'Pedido {{numero}}', example: '123' },
    footer: 'Loja Aurora',
    buttons: [
      { type: 'quick_reply', text: 'Parar' },
      { type: 'url', text: 'Ver', url: 'https://loja.example.com/{{1}}', example: 'a' },
      { type: 'phone_number', text: 'Ligar', phone: '+5511999999999' },
      { type: 'copy_code', example: 'OFERTA10' },
    ],
  })
  expect(problemsOfTemplate(draft())).toEqual([])
  expect(problemsOfTemplate(whole)).toEqual([])
  const numbered = { body: 'Oi, {{1}} e {{2}}.', examples: { 1: 'a', 2: 'b' } }
  expect(fields(numbered)).toEqual([])
})

test.each<[string, Partial<TemplateDraft>, string]>([
  ['a name with spaces', { name: 'Pedido enviado' }, 'name'],
  ['another form of language', { language: 'pt-BR' }, 'language'],
  ['authentication', { category: 'AUTHENTICATION' }, 'category'],
  ['an empty body', { body: ' ', examples: {} }, 'body'],
  ['a long body', { body: 'x'.repeat(1025), examples: {} }, 'body'],
  ['a variable at the end', { body: 'Oi, {{nome}}' }, 'body'],
  ['a variable at the beginning', { body: '{{nome}}, oi' }, 'body'],
  ['two variables in a row', { body: 'Oi {{nome}} {{numero}} saiu' }, 'body'],
  ['names and numbers', { body: 'Oi {{nome}} e {{1}}.', examples: { nome: 'a', 1: 'b' } }, 'body'],
  ['a gap in the numbers', { body: 'Oi {{2}}.', examples: { 2: 'b' } }, 'body'],
  ['three line breaks', { body: 'Oi\n\n\nAna', examples: {} }, 'body'],
  ['no example', { examples: { nome: 'Ana' } }, 'examples.numero'],
  ['a long footer', { footer: 'x'.repeat(61) }, 'footer'],
  ['a variable in the footer', { footer: 'Oi {{nome}}' }, 'footer'],
  ['a bold header', { header: { type: 'text', text: '*Oi*', example: null } }, 'header.text'],
  ['no example file', { header: { type: 'image', handle: null, mediaId: null } }, 'header'],
  [
    'eleven buttons',
    { buttons: Array.from({ length: 11 }, () => ({ type: 'quick_reply', text: 'a' })) },
    'buttons',
  ],
  [
    'replies apart',
    {
      buttons: [
        { type: 'quick_reply', text: 'a' },
        { type: 'url', text: 'b', url: 'https://x.example.com', example: null },
        { type: 'quick_reply', text: 'c' },
      ],
    },
    'buttons',
  ],
  [
    'a variable within an address',
    { buttons: [{ type: 'url', text: 'b', url: 'https://{{1}}.example.com', example: 'a' }] },
    'buttons[0].url',
  ],
  [
    'a short phone',
    { buttons: [{ type: 'phone_number', text: 'b', phone: '1' }] },
    'buttons[0].phone',
  ],
])('names the field of %s', (_name, more, field) => {
  expect(fields(more)).toEqual([field])
})
