import { describe, expect, it, test } from 'vitest'
import type { TemplateContent } from '#machines/contracts/whatsapp-template.ts'
import type { ProviderTemplate } from '../connector.ts'
import { templateContent } from './template-body.ts'
import type { TemplateCommand } from './template-values.ts'

const CONTENT: TemplateContent = {
  header: { type: 'image', handle: '4::x', mediaId: null },
  body: 'Oi, {{nome}}, seu pedido {{numero}} saiu.',
  examples: {},
  footer: null,
  buttons: [
    { type: 'url', text: 'Ver', url: 'https://loja.example.com/{{1}}', example: 'a' },
    { type: 'quick_reply', text: 'Parar' },
    { type: 'copy_code', example: 'A' },
  ],
}
const TEMPLATE: ProviderTemplate = {
  name: 'pedido',
  language: 'pt_BR',
  variables: ['nome', 'numero'],
  status: 'APPROVED',
  content: CONTENT,
}
const COMMAND: TemplateCommand = {
  kind: 'whatsapp.send_template',
  template: 'pedido',
  language: null,
  vars: { nome: 'Ana', numero: '7' },
  header: { type: 'image', link: 'https://cdn.example.com/a.png' },
  buttons: [
    { index: 0, type: 'url', suffix: '7' },
    { index: 2, type: 'copy_code', code: 'OFERTA' },
  ],
}
const write = (command: Partial<TemplateCommand> = {}, template: Partial<ProviderTemplate> = {}) =>
  templateContent({ ...COMMAND, ...command }, { ...TEMPLATE, ...template }, (id) => `meta-${id}`)
const codeOf = (result: ReturnType<typeof write>) => (result.ok ? null : result.error.code)

test('a template with all its parts, by name', () => {
  expect(write()).toEqual({
    ok: true,
    body: {
      type: 'template',
      template: {
        name: 'pedido',
        language: { code: 'pt_BR' },
        components: [
          {
            type: 'header',
            parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/a.png' } }],
          },
          {
            type: 'body',
            parameters: [
              { type: 'text', parameter_name: 'nome', text: 'Ana' },
              { type: 'text', parameter_name: 'numero', text: '7' },
            ],
          },
          {
            type: 'button',
            sub_type: 'url',
            index: '0',
            parameters: [{ type: 'text', text: '7' }],
          },
          {
            type: 'button',
            sub_type: 'copy_code',
            index: '2',
            parameters: [{ type: 'coupon_code', coupon_code: 'OFERTA' }],
          },
        ],
      },
    },
  })
})

test('by number, with an uploaded file and a place above', () => {
  const content: TemplateContent = { ...CONTENT, body: 'Oi, {{1}}.', buttons: [] }
  const numbered = { variables: ['1'], content }
  const given = { vars: { 1: 'Ana' }, buttons: [] }
  const file = write(
    { ...given, header: { type: 'image', link: null, mediaId: 'med_1' } },
    numbered,
  )
  expect(file).toMatchObject({
    body: {
      template: {
        components: [
          { parameters: [{ image: { id: 'meta-med_1' } }] },
          { parameters: [{ type: 'text', text: 'Ana' }] },
        ],
      },
    },
  })
  const place = {
    type: 'location',
    latitude: -23.5,
    longitude: -46.6,
    name: 'Loja',
    address: 'Rua A',
  } as const
  const there = { ...numbered, content: { ...content, header: { type: 'location' } as const } }
  expect(write({ ...given, header: place }, there).ok).toBe(true)
  const nowhere = { ...given, header: { ...place, latitude: Number.NaN } }
  expect(codeOf(write(nowhere, there))).toBe('WHATSAPP_FIELD_INVALID')
})

test("a header's variable may come from the values of the body", () => {
  const header = { type: 'text', text: 'Pedido {{numero}}', example: null } as const
  const { header: _image, ...command } = COMMAND
  const result = templateContent(command, { ...TEMPLATE, content: { ...CONTENT, header } }, String)
  expect(result).toMatchObject({
    body: {
      template: {
        components: [
          { parameters: [{ type: 'text', parameter_name: 'numero', text: '7' }] },
          {},
          {},
          {},
        ],
      },
    },
  })
})

describe('refuses before it leaves', () => {
  it.each(['DRAFT', 'REJECTED', 'PAUSED', 'DISABLED', 'DELETED'])(
    'a template that is %s',
    (status) => {
      expect(codeOf(write({}, { status }))).toBe(`WHATSAPP_TEMPLATE_${status}`)
    },
  )
  it.each(['APPROVED', 'PENDING', 'FLAGGED', 'IN_APPEAL'])('and leaves %s to Meta', (status) => {
    expect(codeOf(write({}, { status }))).toBeNull()
  })

  it.each<[string, Partial<TemplateCommand>, string]>([
    ['a value that is missing', { vars: { nome: 'Ana' } }, 'WHATSAPP_TEMPLATE_VARIABLE_MISSING'],
    [
      'a body that grows too long',
      { vars: { nome: 'x'.repeat(1020), numero: '7' } },
      'WHATSAPP_TEMPLATE_TOO_LONG',
    ],
    ['another header', { header: { type: 'text', text: 'Oi' } }, 'WHATSAPP_TEMPLATE_HEADER'],
    [
      'a button without its end',
      { buttons: [{ index: 2, type: 'copy_code', code: 'A' }] },
      'WHATSAPP_TEMPLATE_BUTTON',
    ],
    [
      'a button of another kind',
      { buttons: [{ index: 1, type: 'url', suffix: 'A' }] },
      'WHATSAPP_TEMPLATE_BUTTON',
    ],
    [
      'an empty code',
      { buttons: [{ index: 2, type: 'copy_code', code: ' ' }] },
      'WHATSAPP_FIELD_EMPTY',
    ],
  ])('%s', (_name, command, code) => {
    expect(codeOf(write(command))).toBe(code)
  })
})
