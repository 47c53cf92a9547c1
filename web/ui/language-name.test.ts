import { expect, test } from 'vitest'
import { languageName } from './language-name.ts'

test('A language has its name in the words of the reader, and its code where nobody knows it', () => {
  expect(languageName('pt-BR', 'pt_BR')).toBe('Português (Brasil)')
  expect(languageName('en', 'es')).toBe('Spanish')
  expect(languageName('en', 'not a language')).toBe('not a language')
})
