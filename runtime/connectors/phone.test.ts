import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizePhone, normalizeWhatsAppId } from './phone.ts'

describe('normalizePhone', () => {
  it.each([
    ['+5531999999999', '+5531999999999'],
    ['5531999999999', '+5531999999999'],
    ['31999999999', '+5531999999999'],
    ['(31) 99999-9999', '+5531999999999'],
    ['031 31 99999-9999', '+5531999999999'],
    ['+55 (0)31 99999-9999', '+5531999999999'],
    [' +55 31 99999 9999 ', '+5531999999999'],
    ['0055 31 99999-9999', '+5531999999999'],
    ['٣١٩٩٩٩٩٩٩٩٩', '+5531999999999'],
    ['+15550783881', '+15550783881'],
    ['+351 912 345 678', '+351912345678'],
  ])('writes %s as %s', (written, expected) => {
    expect(normalizePhone(written)).toBe(expected)
  })

  it.each([
    ['553199999999', '+5531999999999'],
    ['+55 31 9999-9999', '+5531999999999'],
    ['(11) 8888-7777', '+5511988887777'],
    ['21 6789-0000', '+5521967890000'],
  ])('adds the ninth digit to the old mobile %s', (written, expected) => {
    expect(normalizePhone(written)).toBe(expected)
  })

  it.each([
    ['(31) 3333-4444', '+553133334444'],
    ['1133334444', '+551133334444'],
    ['0800 123 4567', '+558001234567'],
  ])('leaves the Brazilian landline %s alone', (written, expected) => {
    expect(normalizePhone(written)).toBe(expected)
  })

  it.each([
    ['+5215512345678', '+525512345678'],
    ['+52 55 1234 5678', '+525512345678'],
    ['+5491123456789', '+5491123456789'],
    ['+54 11 2345-6789', '+5491123456789'],
    ['+54 11 15 2345-6789', '+5491123456789'],
  ])('writes the two forms of a mobile in Mexico and Argentina as one: %s', (written, expected) => {
    expect(normalizePhone(written)).toBe(expected)
  })

  it.each([
    '',
    ' ',
    '+',
    '190',
    '999999999',
    '9999-9999',
    'abc',
    '+55 23 99999-9999',
    '+5500999999999',
    '+55319999999990',
    '+99912345678',
    'tel',
    '1'.repeat(5000),
    '31 9999',
  ])('refuses %s', (written) => {
    expect(normalizePhone(written)).toBeNull()
  })

  it('is idempotent and gives E.164 or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9() -]{6,16}$/)), (written) => {
        const phone = normalizePhone(written)
        if (phone === null) return
        expect(phone).toMatch(/^\+[1-9]\d{5,16}$/)
        expect(normalizePhone(phone)).toBe(phone)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('normalizeWhatsAppId', () => {
  it('reads every Brazilian area code and mobile range as the numbering plan does', () => {
    for (let area = 10; area < 100; area += 1) {
      for (const start of ['90', '91', '95', '96', '99', '89', '70', '33']) {
        const waId = `55${area}${start}9999999`
        expect(normalizeWhatsAppId(waId)).toBe(normalizePhone(`+${waId}`) ?? `+${waId}`)
      }
    }
  })

  it.each([
    ['553199999999', '+5531999999999'],
    ['5531999999999', '+5531999999999'],
    ['5215512345678', '+525512345678'],
    ['15550783881', '+15550783881'],
    ['99912345678', '+99912345678'],
  ])('reads %s as %s', (waId, expected) => {
    expect(normalizeWhatsAppId(waId)).toBe(expected)
  })

  it.each(['', 'US.13491208655302741918', '12', '+5531999999999', '0553199999999'])(
    'refuses %s',
    (waId) => {
      expect(normalizeWhatsAppId(waId)).toBeNull()
    },
  )
})
