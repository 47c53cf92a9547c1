import { describe, expect, test } from 'vitest'
import type { Json } from '../contracts/json.ts'
import { type AnswerRule, AnswerSchema, answerReader } from './answer.ts'

const BUTTONS = [
  { id: 'sim', title: 'Sim, quero' },
  { id: 'nao', title: 'Não' },
]
const read = (rule: AnswerRule, text: string): Json | null =>
  answerReader(AnswerSchema.parse(rule), BUTTONS)({ text })

describe('an answer', () => {
  test.each<[AnswerRule, string, Json | null]>([
    [{ type: 'text' }, '  Ana  ', 'Ana'],
    [{ type: 'text' }, '   ', null],
    [{ type: 'text', min: 2, max: 3 }, '👍👍👍', '👍👍👍'],
    [{ type: 'text', min: 2 }, 'A', null],
    [{ type: 'number' }, 'R$ 1.234,50', 1234.5],
    [{ type: 'number' }, '1.500', 1500],
    [{ type: 'number' }, '1.5', 1.5],
    [{ type: 'number' }, '-3,25', -3.25],
    [{ type: 'number' }, '1e9', null],
    [{ type: 'number' }, '12 reais', null],
    [{ type: 'number', min: 0, max: 10 }, '11', null],
    [{ type: 'integer' }, '7,0', 7],
    [{ type: 'integer' }, '7,5', null],
    [{ type: 'email' }, ' Ana@Example.com ', 'ana@example.com'],
    [{ type: 'email' }, 'ana@', null],
    [{ type: 'phone' }, '(31) 99999-8888', '+5531999998888'],
    [{ type: 'phone' }, '31 9999-8888', '+5531999998888'],
    [{ type: 'phone' }, '+55 11 3333-4444', '+551133334444'],
    [{ type: 'phone' }, '031 99999-8888', '+5531999998888'],
    [{ type: 'phone' }, '+1 415 555 2671', '+14155552671'],
    [{ type: 'phone' }, '99999-8888', null],
    [{ type: 'phone' }, 'meu número', null],
    [{ type: 'cpf' }, '529.982.247-25', '52998224725'],
    [{ type: 'cpf' }, '529.982.247-24', null],
    [{ type: 'cpf' }, '111.111.111-11', null],
    [{ type: 'date' }, '31/12/2026', '2026-12-31'],
    [{ type: 'date' }, '2026-02-28', '2026-02-28'],
    [{ type: 'date' }, '31/02/2026', null],
    [{ type: 'date' }, 'amanhã', null],
    [{ type: 'choice', choices: ['Básico', 'Pró'] }, 'basico', 'Básico'],
    [{ type: 'choice', choices: ['Básico', 'Pró'] }, '2', 'Pró'],
    [{ type: 'choice', choices: ['Básico', 'Pró'] }, '3', null],
    [{ type: 'choice' }, 'nao', 'nao'],
    [{ type: 'choice' }, 'talvez', null],
    [{ type: 'pattern', pattern: '^[A-Z]{3}-\\d{4}$' }, 'ABC-1234', 'ABC-1234'],
    [{ type: 'pattern', pattern: '^[A-Z]{3}-\\d{4}$' }, 'abc', null],
  ])('%j of %j is %j', (rule, text, expected) => {
    expect(read(rule, text)).toEqual(expected)
  })

  test('by a button is its id, whatever its title was when it was sent', () => {
    const reader = answerReader({ type: 'choice' }, BUTTONS)
    const pressed = (content: Json) => reader({ text: 'Velho título', content })
    expect(pressed({ type: 'button_reply', id: 'nao', title: 'Velho título' })).toBe('nao')
    expect(pressed({ type: 'button', payload: 'sim', text: 'Velho título' })).toBe('sim')
    expect(pressed({ type: 'button_reply', id: 'de outra pergunta' })).toBeNull()
    expect(pressed(['button_reply'])).toBeNull()
  })

  test('of hostile length or kind is none, and quickly', () => {
    const started = process.threadCpuUsage().user
    for (const type of ['text', 'number', 'email', 'phone', 'cpf', 'date', 'choice'] as const) {
      expect(read({ type }, 'a'.repeat(1_000_000))).toBeNull()
      expect(read({ type }, '1.'.repeat(2000))).toBe(type === 'text' ? '1.'.repeat(2000) : null)
      expect(answerReader({ type }, BUTTONS)({ text: { a: 1 } })).toBeNull()
    }
    expect((process.threadCpuUsage().user - started) / 1000).toBeLessThan(100)
  })
})
