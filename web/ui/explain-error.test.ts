import { expect, test } from 'vitest'
import { refused, unreachable } from '../api/errors.ts'
import { createTexts, translateWith } from '../i18n/i18n.ts'
import { explainError } from './explain-error.ts'

const t = translateWith((await createTexts('pt-BR')).global)

test('A known code becomes a sentence, the code and its trace stay as small print', () => {
  const reply = {
    error: { code: 'AUTH_FAILED', message: 'E-mail or password is wrong', correlationId: 'c1' },
  }
  expect(explainError(refused(401, reply), t)).toEqual({
    why: 'E-mail ou senha incorretos.',
    advice: 'Confira os dois e tente de novo.',
    code: 'AUTH_FAILED · c1',
  })
})

test('A refusal that we do not know is told in the words of the gateway', () => {
  const reply = { error: { code: 'NEW_CODE', message: 'The moon is full', correlationId: 'c2' } }
  expect(explainError(refused(409, reply), t).why).toBe('The moon is full.')
})

test('No answer, a broken server and a broken page each have their own sentence', () => {
  expect(explainError(unreachable(new Error('x')), t).code).toBe('NETWORK_UNREACHABLE')
  expect(explainError(refused(502, null), t)).toMatchObject({
    code: 'HTTP_502',
    why: 'Algo quebrou do nosso lado.',
  })
  expect(explainError(new Error('x'), t).code).toBe('PAGE_FAILED')
})
