// A form's answers, checked field by field, and the lead that they make.

import { z } from 'zod'
import type { FormDefinition, FormField } from '#machines/contracts/forms.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { LeadArrival } from '../connectors/arrival.ts'
import { toLead } from '../connectors/intake/lead.ts'
import { toStorableText } from '../connectors/json-body.ts'
import { normalizePhone } from '../connectors/phone.ts'
import type { FormLanguage, FormProblem } from './form-words.ts'

/** What the address of a campaign's page says of where a visit came from. */
export const LINK_TAGS = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'utm_id',
  'gclid',
  'fbclid',
  'ttclid',
  'msclkid',
] as const

/** What the page of a campaign hands on in hidden fields. */
export const CARRIED = [...LINK_TAGS, 'ad_id', 'referrer', 'landing_page'] as const

/** As the browser sends them: text by name. */
export type Given = Readonly<Record<string, string>>

export interface OpenForm {
  id: string
  tenantId: string
  sourceId: string
  key: string
  version: number
  definition: FormDefinition
  windowSeconds: number
  /** Signs the tokens of its pages. */
  tokenKey: string
  captchaSecret: string | null
}

export interface Submission {
  id: string
  language: FormLanguage
  /** Fields that were asked for. */
  asked: readonly string[]
  given: Given
  ip: string
  userAgent: string
  now: Date
}

export type Answers =
  | { ok: true; lead: LeadArrival }
  | { ok: false; problems: { key: string; problem: FormProblem }[] }

const LONGEST_TEXT = 500
const LONGEST_ANSWER = 5_000

type Value = string | boolean | null
type Checked = { value: Value } | { problem: FormProblem }

/** Checks what was given. Text is trimmed; a phone number becomes E.164. */
export function readAnswers(form: OpenForm, submission: Submission): Answers {
  const fields = form.definition.fields.filter(({ key }) => submission.asked.includes(key))
  const checked = fields.map((field) => ({ field, ...check(field, submission.given[field.key]) }))
  const problems = checked.flatMap((one) =>
    'problem' in one ? [{ key: one.field.key, problem: one.problem }] : [],
  )
  if (problems.length > 0) return { ok: false, problems }
  const answers = checked.flatMap((one) =>
    'value' in one ? [{ field: one.field, value: one.value }] : [],
  )
  return { ok: true, lead: leadOf(form, submission, answers) }
}

function check(field: FormField, given: string | undefined): Checked {
  const text = toStorableText(given ?? '').trim()
  if (field.type === 'checkbox' || field.type === 'consent') return checkBox(field, text)
  if (text !== '') return checkText(field, text)
  return field.required === true ? { problem: 'missing' } : { value: null }
}

function checkBox({ type, required }: FormField, text: string): Checked {
  const isChecked = text !== '' && text !== 'false' && text !== '0'
  if (isChecked || required !== true) return { value: isChecked }
  return { problem: type === 'consent' ? 'consent' : 'missing' }
}

function checkText(
  field: Exclude<FormField, { type: 'checkbox' | 'consent' }>,
  text: string,
): Checked {
  switch (field.type) {
    case 'email': {
      const email = z.email().max(320).safeParse(text.toLowerCase())
      return email.success ? { value: email.data } : { problem: 'email' }
    }
    case 'phone': {
      const phone = normalizePhone(text)
      return phone === null ? { problem: 'phone' } : { value: phone }
    }
    case 'select': {
      const isOffered = field.options.some(({ value }) => value === text)
      return isOffered ? { value: text } : { problem: 'choice' }
    }
    case 'text': {
      const longest = field.long === true ? LONGEST_ANSWER : LONGEST_TEXT
      return text.length <= longest ? { value: text } : { problem: 'long' }
    }
  }
}

interface Answer {
  field: FormField
  value: Value
}

function leadOf(form: OpenForm, submission: Submission, answers: Answer[]): LeadArrival {
  const body = bodyOf(form, submission, answers)
  const source = { id: form.sourceId, windowSeconds: form.windowSeconds }
  const lead = toLead(body, { source, nonce: null, now: submission.now })
  const texts = agreedTexts(submission.language, answers)
  return {
    ...lead,
    eventType: 'form.submitted',
    source: form.key,
    ...(texts && { evidence: evidenceOf(form, submission, texts) }),
    ...(lead.touch && { touch: { ...lead.touch, formId: form.id } }),
  }
}

/** The first e-mail and the first phone field are the person's; the others are fields of the lead. */
function bodyOf(
  form: OpenForm,
  { id, given, language }: Submission,
  answers: Answer[],
): JsonObject {
  const said = answers.filter(({ value }) => value !== null && value !== false)
  const firstOf = (type: FormField['type']): Answer | undefined =>
    said.find(({ field }) => field.type === type)
  const [email, phone] = [firstOf('email'), firstOf('phone')]
  const consents = said.flatMap(({ field }) =>
    field.type === 'consent' ? [[field.purpose, true]] : [],
  )
  const others = said.filter((one) => one !== email && one !== phone && !isConsent(one))
  const carried = CARRIED.flatMap((name) => {
    const value = toStorableText(given[name] ?? '').trim()
    return value === '' ? [] : [[name, value.slice(0, LONGEST_TEXT)]]
  })
  return {
    ...(Object.fromEntries(carried) as JsonObject),
    ...Object.fromEntries(others.map(({ field, value }) => [field.key, value])),
    ...(email && { email: email.value }),
    ...(phone && { phone: phone.value }),
    ...(consents.length > 0 && { consents: Object.fromEntries(consents) as JsonObject }),
    event_id: id,
    tags: form.definition.tags,
    form: form.key,
    form_id: form.id,
    form_version: form.version,
    language,
  }
}

const isConsent = ({ field }: Answer): boolean => field.type === 'consent'

/** The words beside each box that was ticked, as they were shown. */
function agreedTexts(language: FormLanguage, answers: Answer[]): JsonObject | null {
  const agreed = answers.flatMap(({ field, value }) =>
    field.type === 'consent' && value === true ? [[field.purpose, field.label[language]]] : [],
  )
  return agreed.length === 0 ? null : (Object.fromEntries(agreed) as JsonObject)
}

function evidenceOf(form: OpenForm, submission: Submission, texts: JsonObject): JsonObject {
  const { id: formId, version: formVersion } = form
  const { ip, language, id: submissionId } = submission
  const userAgent = toStorableText(submission.userAgent).slice(0, 300)
  return { formId, formVersion, submissionId, texts, language, ip, userAgent }
}
