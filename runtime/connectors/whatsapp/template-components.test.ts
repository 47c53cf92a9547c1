import { expect, test } from 'vitest'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import { fromMetaComponents, toMetaTemplate } from './template-components.ts'

const DRAFT: TemplateDraft = {
  name: 'pedido',
  language: 'pt_BR',
  category: 'UTILITY',
  header: { type: 'text', text: 'Pedido {{numero}}', example: '123' },
  body: 'Oi, {{nome}}, seu pedido {{numero}} saiu.',
  examples: { nome: 'Ana', numero: '123' },
  footer: 'Loja Aurora',
  buttons: [
    { type: 'quick_reply', text: 'Parar' },
    { type: 'url', text: 'Ver', url: 'https://loja.example.com/{{1}}', example: 'a' },
    { type: 'phone_number', text: 'Ligar', phone: '+5511999999999' },
    { type: 'copy_code', example: 'OFERTA10' },
  ],
}

test('a template goes to Meta and comes back the same, by name and by number', () => {
  const numbered: TemplateDraft = {
    ...DRAFT,
    header: { type: 'image', handle: '4::x', mediaId: null },
    body: 'Oi, {{1}}.',
    examples: { 1: 'Ana' },
  }
  for (const draft of [DRAFT, numbered]) {
    const meta = toMetaTemplate(draft, null)
    const { name, language, category, ...content } = draft
    expect(meta).toMatchObject({ name, language, category })
    expect(fromMetaComponents(meta['components'] as object[])).toEqual({ content, otherParts: [] })
  }
  expect(toMetaTemplate(DRAFT, null)).toMatchObject({ parameter_format: 'NAMED' })
  expect(toMetaTemplate(numbered, null)).toMatchObject({ parameter_format: 'POSITIONAL' })
})

test('what our form does not have is named, and hostile components break nothing', () => {
  const read = fromMetaComponents([
    { type: 'BODY', text: 'Oi' },
    { type: 'CAROUSEL', cards: [] },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', text: 'Copiar' }] },
    null,
    { type: 5 },
    { type: 'HEADER', format: '__proto__' },
  ])
  expect(read.content).toMatchObject({ body: 'Oi', header: null, buttons: [] })
  expect(read.otherParts).toEqual(['CAROUSEL', 'BUTTON_OTP'])
})
