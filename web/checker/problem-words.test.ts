import { expect, test } from 'vitest'
import { problemWords } from './problem-words.ts'

const words = {
  titleOf: (id: string) => `Estado ${id}`,
  eventName: (type: string) => (type === 'purchase.approved' ? 'compra aprovada' : type),
  locale: 'pt-BR',
}

test('The state that a problem is about goes by its name, an event by its words, and a span is read out', () => {
  const said = (text: string, nodeId: string | null) => problemWords(text, nodeId, words)
  expect(said('Se "n7" falhar, o fluxo para.', 'n7')).toBe('Se “Estado n7” falhar, o fluxo para.')
  expect(said('Sem "purchase.approved" o contato espera P2D.', 'n7')).toBe(
    'Sem “compra aprovada” o contato espera 2 dias.',
  )
})

test('What is neither stays as it was written: another state, a variable, a filter', () => {
  const text = 'O caminho leva a "n8", e "vars.x" pede "| default:".'
  expect(problemWords(text, 'n7', words)).toBe(text)
  expect(problemWords('"n7"', null, words)).toBe('"n7"')
})
