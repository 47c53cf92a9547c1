import { expect, test } from 'vitest'
import { phoneMessageOf } from './command-message.ts'
import { filled, type KnownTemplate, withTemplateWords } from './template-words.ts'

const template = (language: string, body: string): KnownTemplate => ({
  name: 'oferta',
  language,
  content: {
    header: { type: 'text', text: 'Olá, {{1}}', example: 'Ana' },
    body,
    examples: {},
    footer: 'Loja',
    buttons: [
      { type: 'quick_reply', text: 'Quero' },
      { type: 'quick_reply', text: 'Sair' },
      { type: 'url', text: 'Ver', url: 'https://example.com', example: null },
    ],
  },
})
const command = {
  kind: 'whatsapp.send_template',
  template: 'oferta',
  language: 'pt_BR',
  vars: { 1: 'Bia', 2: '10%' },
  buttons: [{ index: 1, type: 'quick_reply', payload: 'sair_id' }],
}
const message = phoneMessageOf(command)!

test('A known template says its own words, and its buttons can be tapped', () => {
  const known = [template('en', 'Hi'), template('pt_BR', 'Só hoje: {{2}} de desconto, {{1}}.')]
  expect(withTemplateWords(message, command, known)).toMatchObject({
    kind: 'template',
    header: 'Olá, Bia',
    text: 'Só hoje: 10% de desconto, Bia.',
    footer: 'Loja',
    buttons: [
      { id: 'Quero', title: 'Quero' },
      { id: 'sair_id', title: 'Sair' },
    ],
    link: { title: 'Ver', url: 'https://example.com' },
  })
})

test('One that is not known is told by its name and its values', () => {
  expect(withTemplateWords(message, command, [])).toBe(message)
  expect(message).toMatchObject({ text: '[oferta]', footer: 'Bia · 10%' })
  expect(filled('{{ nome }}, {{x}}', { nome: 'Ana' })).toBe('Ana, {{x}}')
})
