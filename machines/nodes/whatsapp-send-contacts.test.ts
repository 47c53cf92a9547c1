import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith } from '../testing/document.ts'

const body = (...contacts: object[]) => ({ type: 'whatsapp.send_contacts', contacts })

test('whatsapp.send_contacts needs a name on each card and knows no other fields', () => {
  expect(refusalOf(body({ name: 'Bia', phones: [{ phone: '+5511988887777' }] }))).toBeNull()
  expect(refusalOf(body())).toEqual(['contacts'])
  expect(refusalOf(body({ phones: [] }))).toEqual(['contacts.0.name'])
  expect(refusalOf(body({ name: 'Bia', note: 'x' }))).toEqual(['contacts.0'])
})

test('whatsapp.send_contacts renders every field, what is left out is null', () => {
  const command = behaviourOf(
    body({ name: '{{name}} da Loja', emails: [{ email: '{{payload.mail}}' }], company: 'Loja' }),
  ).command?.(scopeWith({ payload: { mail: 'bia@example.com' } }))
  expect(command).toMatchObject({
    contacts: [
      {
        name: 'Ana da Loja',
        firstName: null,
        emails: [{ email: 'bia@example.com', type: null }],
        phones: [],
        company: 'Loja',
      },
    ],
  })
})
