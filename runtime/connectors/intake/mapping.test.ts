import { expect, test } from 'vitest'
import type { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { LeadMappingSchema } from '#machines/contracts/sources.ts'
import { toLead } from './lead.ts'
import { maskPayload } from './mask.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

function lead(body: JsonObject, rules: object[]) {
  const mapping = LeadMappingSchema.parse({ rules })
  return toLead(body, { source: { id: 'src_1', mapping }, nonce: 'n1', now: NOW })
}
function failure(
  body: JsonObject,
  rules: object[],
): Pick<FluxoError, 'code' | 'field' | 'message'> {
  try {
    lead(body, rules)
  } catch (error) {
    return error as FluxoError
  }
  throw new Error('it was taken')
}

const PAGE = {
  form: {
    'Seu nome': ' Ana ',
    tel: '31 9999-9999',
    mail: 'ANA@X.com',
    ok: 'Sim',
    when: '22/11/2026 09:30',
  },
  answers: [{ q: 'cidade', a: 'Patos de Minas' }],
  utm: 'instagram',
}

test('a mapping makes a lead of any form: paths, transforms, fields, consents, campaign; the whole body is kept', () => {
  const made = lead(PAGE, [
    { to: 'name', path: "$.form['Seu nome']", transforms: [{ type: 'trim' }, { type: 'upper' }] },
    { to: 'phone', path: '$.form.tel', transforms: [{ type: 'phone' }] },
    { to: 'email', path: '$.form.mail', transforms: [{ type: 'email' }] },
    { to: 'fields.city', path: "$.answers[?@.q == 'cidade'].a" },
    { to: 'consents.marketing', path: '$.form.ok', transforms: [{ type: 'boolean' }] },
    { to: 'occurred_at', path: '$.form.when', transforms: [{ type: 'date' }] },
    { to: 'utm.source', path: '$.utm' },
    { to: 'tags', transforms: [{ type: 'const', value: ['site'] }] },
    { to: 'external_id', path: '$.absent' },
  ])
  expect(made).toMatchObject({
    address: { phone: '+5531999999999', email: 'ana@x.com' },
    contact: { name: 'ANA', tags: ['site'], consents: { marketing: true } },
    occurredAt: '2026-11-22T12:30:00.000Z',
    externalId: null,
    touch: { kind: 'link', source: 'instagram' },
    payload: { city: 'Patos de Minas', raw: PAGE },
  })
})

test('what cannot be read is told with the rule and its path', () => {
  const phone = { to: 'phone', path: '$.form.tel', transforms: [{ type: 'phone' }] }
  expect(failure({ form: { tel: 'não tem' } }, [phone])).toMatchObject({
    code: 'WEBHOOK_BODY_INVALID',
    field: 'rules[0]',
    message: 'phone ($.form.tel) is not a phone number: não tem',
  })
  const name = { to: 'name', path: '$.nome', required: true }
  expect(failure({}, [name]).message).toBe('name ($.nome) is missing')
  expect(failure({ n: 'Ana' }, [{ to: 'name', path: '$.n' }]).code).toBe('CONTACT_ADDRESS_INVALID')
})

test('masked payloads keep their shape and tell of nobody', () => {
  const masked = maskPayload({
    nome: 'Ana Souza',
    ok: true,
    n: 31_999_999_999,
    note: 'fale com ana@x.com ou (31) 99999-1234',
  })
  expect(masked).toEqual({
    nome: 'A*** S***',
    ok: true,
    n: '*********99',
    note: 'fale com a***@x.com ou (**) *****-**34',
  })
})
