// What was sent, for eyes that need its shape and not its people: names, addresses and long numbers are covered.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

const EMAIL = /([\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]*@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu
/** Eight digits or more, however they are grouped: phones, CPF, cards. */
const LONG_NUMBER = /\+?\d(?:[\s().-]{0,2}\d){7,}/g
/** Fields whose values are about a person, whatever stands in them. */
const PERSONAL =
  /name|nome|sobrenome|phone|fone|tel|celular|whats|mail|cpf|cnpj|rg|doc|address|endere|rua|bairro|cep|zip|birth|nasc|message|mensagem|token|secret|senha|password/i

/** The payload with everything that tells who a person is covered; keys, booleans and short words stay. */
export function maskPayload(payload: JsonObject): JsonObject {
  return maskObject(payload, false)
}

function maskObject(object: JsonObject, isPersonal: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      maskValue(value, isPersonal || PERSONAL.test(key)),
    ]),
  )
}

function maskValue(value: Json, isPersonal: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => maskValue(item, isPersonal))
  if (isJsonObject(value)) return maskObject(value, isPersonal)
  if (typeof value === 'number')
    return isPersonal || Math.abs(value) >= 1e7 ? coverDigits(String(value)) : value
  if (typeof value !== 'string') return value
  const text = maskText(value)
  return isPersonal && text === value ? coverWords(value) : text
}

function maskText(text: string): string {
  return text
    .replaceAll(EMAIL, (_all, first: string, host: string) => `${first}***@${host}`)
    .replaceAll(LONG_NUMBER, coverDigits)
}

/** All but the last two. */
function coverDigits(text: string): string {
  return text.replaceAll(/\d(?=(?:\D*\d){2})/g, '*')
}

const coverWords = (text: string): string =>
  text.replaceAll(/(\p{L}|\p{N})[\p{L}\p{N}]*/gu, '$1***')
