import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasker } from './mask.ts'

const NOBODY = { name: null, phone: null, email: null }
const ANA = { name: 'Ana Souza', phone: '+5531999999999', email: 'ana@example.com' }

test.each([
  ['meu cpf: 529.982.247-25.', 'meu cpf: [CPF_1].'],
  ['52998224725', '[CPF_1]'],
  ['cnpj 11.222.333/0001-81', 'cnpj [CNPJ_1]'],
  ['cnpj 12.ABC.345/01DE-35', 'cnpj [CNPJ_1]'],
  ['cartão 4111 1111 1111 1111 ok', 'cartão [CARTAO_1] ok'],
  ['cartão 5555-5555-5555-4444', 'cartão [CARTAO_1]'],
  ['fulano.de+tal@sub.example.com.br!', '[EMAIL_1]!'],
  ['ligue (31) 99999-8888 ou +55 11 4000-0000', 'ligue [TELEFONE_1] ou [TELEFONE_2]'],
  ['CEP 38700-000, casa 12', 'CEP [CEP_1], casa 12'],
  ['chave 123e4567-e89b-12d3-a456-426614174000', 'chave [CHAVE_PIX_1]'],
  ['ｃｐｆ ５２９.９８２.２４７-２５', 'cpf [CPF_1]'],
  ['3 caixas de 12 por 7 dias', '3 caixas de 12 por 7 dias'],
  ['[CPF_1] não é meu', '(CPF 1) não é meu'],
])('%j leaves as %j', (text, masked) => {
  expect(createMasker(NOBODY).mask(text, true)).toBe(masked)
})

test('the same value has the same mark, however it is written, and comes back', () => {
  const { mask, unmask } = createMasker(ANA)
  expect(mask('CPF 529.982.247-25, de novo 52998224725; fone 31 99999-9999', true)).toBe(
    'CPF [CPF_1], de novo [CPF_1]; fone [TELEFONE_1]',
  )
  expect(mask('Sou Ana Souza, a Ana de ana@EXAMPLE.com; banana', true)).toBe(
    'Sou [NOME_1], a [NOME_2] de [EMAIL_1]; banana',
  )
  expect(unmask('Oi [NOME_2], seu CPF é [CPF_1]')).toBe('Oi Ana, seu CPF é 529.982.247-25')
})

test('what is not the contact’s own, what was never given out, and cards do not come back', () => {
  const { mask, unmask } = createMasker(NOBODY)
  mask('nosso fone é 11 4000-0000', false)
  mask('4111111111111111', true)
  expect(unmask('ligue [TELEFONE_1]')).toBeNull()
  expect(unmask('seu CPF [CPF_9]')).toBeNull()
  expect(unmask('cartão [CARTAO_1]')).toBeNull()
  mask('meu fone também: 11 4000-0000', true)
  expect(unmask('ligue [TELEFONE_1]')).toBe('ligue 11 4000-0000')
})

test('no CPF leaves, wherever it stands and however it is written', () => {
  const digit = fc.integer({ min: 0, max: 9 })
  const around = fc.stringMatching(/^[a-zà-ú ,.!?]{0,20}$/)
  const cpf = fc.array(digit, { minLength: 9, maxLength: 9 }).map(withCheckDigits)
  fc.assert(
    fc.property(cpf, around, around, fc.boolean(), (digits, before, after, dotted) => {
      const written = dotted
        ? digits.replace(/(\d{3})(\d{3})(\d{3})(\d{2})/, '$1.$2.$3-$4')
        : digits
      const masked = createMasker(NOBODY).mask(`${before} ${written} ${after}`, true)
      expect(masked.replaceAll(/\D/g, '')).not.toContain(digits)
    }),
    { numRuns: 200 },
  )
})

function withCheckDigits(nine: number[]): string {
  const digits = [...nine]
  for (const length of [9, 10]) {
    const sum = digits.reduce((total, digit, index) => total + digit * (length + 1 - index), 0)
    digits.push(((sum * 10) % 11) % 10)
  }
  return digits.join('')
}
