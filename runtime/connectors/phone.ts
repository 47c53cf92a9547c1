// Phone numbers in one form only, E.164, so that one person is one contact however the number was written.

import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max'

/** Brazilian mobiles in the form before the ninth digit: area code, then eight digits from 6 to 9 on. */
const BRAZIL_OLD_MOBILE = /^([1-9][1-9])([6-9]\d{7})$/
/** Mexican mobiles in the form before 2019, still sent by WhatsApp as `wa_id`. */
const MEXICO_OLD_MOBILE = /^1(\d{10})$/
/** Argentine numbers without the 9 that mobiles have abroad: area code and number together have ten digits. */
const ARGENTINA_BARE = /^([1-8]\d{9})$/
const LONGEST_INPUT = 40
/** Brazilian mobiles as most of them come, in the words of the numbering plan's own table. */
const BRAZIL_MOBILE = /^55(?:[14689][1-9]|2[12478]|3[1-578]|5[13-5]|7[13-579])9\d{8}$/

/**
 * Normalises a phone number to E.164.
 *
 * A number without a country is Brazilian. Brazilian mobiles in the old eight-digit form get the
 * ninth digit (WhatsApp's `wa_id` may lack it: 553199999999 is +5531999999999), and Brazilian
 * numbers must exist in the numbering plan. Mexican mobiles lose the 1 of before 2019, Argentine numbers get the 9 of
 * their mobiles: people leave it out, and nearly all who are written to have one. Elsewhere the length decides, because new ranges
 * appear faster than tables of them.
 *
 * @param text any usual way of writing: `(31) 99999-9999`, `+55 31 …`, `0055…`, digits only.
 * @returns e.g. `+5531999999999`, or null when it cannot be a phone number.
 */
export function normalizePhone(text: string): string | null {
  const written = text.trim().replace(/^00(?=[1-9])/, '+')
  if (written === '' || written.length > LONGEST_INPUT) return null
  const parsed = parse(written)
  if (!parsed) return null
  const national = parsed.nationalNumber
  switch (parsed.country) {
    case 'BR':
      return validOrNull(parse(`+55${national.replace(BRAZIL_OLD_MOBILE, '$19$2')}`))
    case 'MX':
      return possibleOrNull(parse(`+52${national.replace(MEXICO_OLD_MOBILE, '$1')}`))
    case 'AR':
      return possibleOrNull(parse(`+54${national.replace(ARGENTINA_BARE, '9$1')}`))
    default:
      return possibleOrNull(parsed)
  }
}

/**
 * Normalises the `wa_id` or `from` of a WhatsApp webhook: digits with the country code.
 * WhatsApp only carries real numbers, so digits that no table knows (its own test numbers) are kept, and an Argentine
 * number without the mobiles' 9 is a landline.
 * @returns E.164, or null when it is not a number at all.
 */
export function normalizeWhatsAppId(waId: string): string | null {
  if (BRAZIL_MOBILE.test(waId)) return `+${waId}`
  if (!/^[1-9]\d{6,14}$/.test(waId)) return null
  if (ARGENTINA_BARE.test(waId.slice(2)) && waId.startsWith('54')) return `+${waId}`
  return normalizePhone(`+${waId}`) ?? `+${waId}`
}

function parse(written: string): PhoneNumber | undefined {
  return parsePhoneNumberFromString(written, { defaultCountry: 'BR', extract: false })
}

function validOrNull(phone: PhoneNumber | undefined): string | null {
  return phone?.isValid() === true ? phone.number : null
}

function possibleOrNull(phone: PhoneNumber | undefined): string | null {
  return phone?.isPossible() === true ? phone.number : null
}
