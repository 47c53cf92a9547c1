import { expect, test } from 'vitest'
import { findingsIn } from '#machines/testing/findings.ts'
import { shortMessage } from './short-message.ts'

const message = (body: object, path: string) => {
  const list = findingsIn([{ id: 'a', ...body }], 'NODE_INVALID')
  const problem = list.find((found) => found.path === `$.nodes[0]${path}`)!
  return shortMessage(problem, '$.nodes[0]', 'pt-BR')
}

test('under its field a problem does not repeat where it is', () => {
  const buttons = [{ id: 'x', title: 'Um título que é comprido demais' }]
  const body = { type: 'whatsapp.send_buttons', body: 'Oi', buttons }
  expect(message(body, '.buttons[0].title')).toBe('No máximo 20 caracteres')
})

test('what is about the whole node stays as it is', () => {
  const body = { type: 'whatsapp.send_text', text: 'Oi', gone: 1 }
  expect(message(body, '')).toMatch(/gone/)
})
