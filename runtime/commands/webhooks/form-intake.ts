// A published form's page, its script and what is sent by it. A submission is stored with its event in one transaction
// before anybody is thanked (I1), once by its id however often it is sent (I2).

import { randomBytes, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { FormField } from '#machines/contracts/forms.ts'
import { verifyCaptcha } from '../../connectors/captcha/verify.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { FormPost, FormReply, FormsFace, FormVisit } from '../../face/leads.ts'
import { type Given, type OpenForm, readAnswers } from '../../leads/form-answers.ts'
import {
  CAPTCHA_FIELDS,
  CAPTCHA_HOSTS,
  formPage,
  HONEYPOT,
  type PageState,
  sentPage,
} from '../../leads/form-page.ts'
import { embedScript } from '../../leads/form-script.ts'
import { type FormToken, readToken, writeToken } from '../../leads/form-token.ts'
import { FORM_WORDS, formLanguage } from '../../leads/form-words.ts'
import type { Acceptor } from '../../mailbox/accept.ts'
import { findPublicForm } from '../leads/form-records.ts'

export interface FormIntakeOptions {
  /** For what comes from outside. */
  webhookPool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  egress: Egress
  providerUrls: Readonly<Record<string, string>>
  /** Counts what was refused, by code. */
  onRefused: (code: string) => void
}

/** A form that was changed is shown anew within this time. */
const TTL_MS = 2_000
/** A page that was open for longer is shown again before it counts. */
const OLDEST_PAGE_MS = 24 * 3_600_000
/** No person fills in a form so quickly. */
const QUICKEST_MS = 800

export interface FormIntake {
  face: Pick<FormsFace, 'page' | 'script' | 'submit' | 'origins'>
  /** The form was changed here: its next reader sees it so. */
  forget(formId: string): void
}

/** Creates the public half of forms. */
export function createFormIntake(options: FormIntakeOptions): FormIntake {
  const { find, forget } = createFormLookup(options)
  const face: FormIntake['face'] = {
    page: async (visit) => {
      const form = await find(visit.formId)
      const language = formLanguage(visit.query['lang'], visit.acceptLanguage)
      const isEmbedded = visit.query['embed'] === '1'
      if (visit.query['sent'] !== '1') return show(form, visit, { status: 200 })
      const nonce = newNonce()
      const html = sentPage(form, { language, nonce, isEmbedded })
      return { status: 200, body: { html, policy: policyOf(form, nonce) } }
    },
    script: async (formId) => {
      const form = await find(formId)
      return embedScript(form.id, form.definition.title['pt-BR'])
    },
    submit: async (post) => submit(await find(post.formId), post, options),
    origins: async (formId) => (await find(formId)).definition.origins,
  }
  return { face, forget }
}

function createFormLookup({ webhookPool, secretBox }: FormIntakeOptions) {
  const known = new LRUCache<string, OpenForm>({ max: 5_000, ttl: TTL_MS })
  const find = async (id: string): Promise<OpenForm> => {
    const cached = known.get(id)
    if (cached) return cached
    const form = id.includes('\0') ? null : await findPublicForm(webhookPool, secretBox, id)
    if (!form) throw new FluxoError('FORM_UNKNOWN')
    known.set(id, form)
    return form
  }
  return { find, forget: (id: string) => void known.delete(id) }
}

const newNonce = (): string => randomBytes(16).toString('base64')

interface Shown {
  status: number
  given?: Given
  token?: FormToken | null
  problems?: PageState['problems']
  notice?: string
}

/** The form's page, also with what is wrong; a page that is shown again keeps its submission's id. */
function show(form: OpenForm, visit: FormVisit, shown: Shown): FormReply {
  const { status, given = visit.query, token, problems = [], notice } = shown
  const { fields: all } = form.definition
  const fields = token
    ? all.filter(({ key }) => token.asked.includes(key))
    : fieldsFor(form, visit.answered)
  const next = token ?? newToken(form, fields)
  const nonce = newNonce()
  const html = formPage(form, {
    language: formLanguage(given['lang'], visit.acceptLanguage),
    nonce,
    token: writeToken(form.tokenKey, next),
    fields,
    given,
    problems,
    ...(notice !== undefined && { notice }),
    isEmbedded: visit.query['embed'] === '1',
  })
  return { status, body: { html, policy: policyOf(form, nonce) } }
}

const newToken = (form: OpenForm, fields: readonly FormField[]): FormToken => ({
  form: form.id,
  submission: randomUUID(),
  at: Date.now(),
  asked: fields.map(({ key }) => key),
})

/** Everything but the progressive fields, and of those the next few that were not answered yet. */
function fieldsFor(
  { definition: { fields, progressiveCount } }: OpenForm,
  answered: readonly string[],
): FormField[] {
  const next = fields
    .filter(({ progressive, key }) => progressive === true && !answered.includes(key))
    .slice(0, progressiveCount)
  return fields.filter((field) => field.progressive !== true || next.includes(field))
}

/** The page may run its own script and its captcha's, send to us, and stand where the tenant allows it. */
function policyOf({ definition: { captcha, origins } }: OpenForm, nonce: string): string {
  const hosts = captcha ? CAPTCHA_HOSTS[captcha.provider].join(' ') : ''
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${hosts}`,
    `style-src 'nonce-${nonce}' ${hosts}`,
    "img-src 'self' data:",
    `connect-src ${hosts || "'none'"}`,
    `frame-src ${hosts || "'none'"}`,
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors 'self' ${origins.join(' ')}`,
  ]
  return directives.map((directive) => directive.trim()).join('; ')
}

async function submit(
  form: OpenForm,
  post: FormPost,
  options: FormIntakeOptions,
): Promise<FormReply> {
  const { given } = post
  const language = formLanguage(given['lang'], post.acceptLanguage)
  const words = FORM_WORDS[language]
  const token = post.isJson
    ? programToken(form, given)
    : readToken(form.tokenKey, form.id, given['token'] ?? '')
  if (!token || Date.now() - token.at > OLDEST_PAGE_MS)
    return refuse(form, post, { status: 409, notice: words.stale })
  if (isOfProgram(post, token)) {
    // Nothing tells a program that it was seen.
    options.onRefused('FORM_SPAM')
    return sent(form, post, token)
  }
  const { submission: id, asked } = token
  const { ip, userAgent } = post
  const answers = readAnswers(form, { id, language, asked, given, ip, userAgent, now: new Date() })
  if (!answers.ok) return refuse(form, post, { status: 422, token, problems: answers.problems })
  // The answer to the first one may have been lost, and a captcha's token is good once.
  if (await isStored(options.webhookPool, form.tenantId, answers.lead.dedupeKey))
    return sent(form, post, token)
  const doubt = await doubtOf(form, post, options)
  if (doubt !== null) {
    options.onRefused('FORM_CAPTCHA')
    const isDown = doubt === 'unavailable' || doubt === 'misconfigured'
    const notice = isDown ? words.captchaDown : words.captcha
    return refuse(form, post, { status: isDown ? 503 : 422, token, notice })
  }
  try {
    await options.acceptor.accept(form.tenantId, answers.lead)
  } catch (error) {
    if (!isFluxoError(error) || error.status < 500) throw error
    return refuse(form, post, { status: 503, token, notice: words.busy })
  }
  return sent(form, post, token)
}

/** A program that sends JSON names its submission itself. */
function programToken(form: OpenForm, given: Given): FormToken {
  const { submission_id: submission } = given
  if (submission === undefined || !/^[\w-]{8,100}$/.test(submission))
    throw new FluxoError('REQUEST_INVALID', {
      field: 'submission_id',
      message: 'submission_id must be 8 to 100 letters, digits, - or _, new for each submission',
    })
  const asked = form.definition.fields
    .filter(({ key, progressive }) => progressive !== true || given[key] !== undefined)
    .map(({ key }) => key)
  return { form: form.id, submission, at: Date.now(), asked }
}

const isOfProgram = ({ given, isJson }: FormPost, token: FormToken): boolean =>
  (given[HONEYPOT] ?? '') !== '' || (!isJson && Date.now() - token.at < QUICKEST_MS)

async function isStored(pool: Pool, tenantId: string, key: string): Promise<boolean> {
  return (await run(pool, STORED, [tenantId, key])).length > 0
}

async function doubtOf(
  { definition: { captcha }, captchaSecret }: OpenForm,
  { given, ip }: FormPost,
  { egress, providerUrls }: FormIntakeOptions,
): Promise<string | null> {
  if (!captcha) return null
  if (captchaSecret === null) return 'misconfigured'
  const { provider, minScore } = captcha
  const token = given[CAPTCHA_FIELDS[provider]] ?? given['captcha_token'] ?? ''
  const check = { provider, secret: captchaSecret, token, ip, minScore }
  const verdict = await verifyCaptcha(check, { egress, baseUrl: providerUrls['captcha'] })
  return verdict.ok ? null : verdict.reason
}

/** After a send the browser goes to a page of its own: reloading it sends nothing. */
function sent(form: OpenForm, post: FormPost, token: FormToken): FormReply {
  const progressive = form.definition.fields.filter((field) => field.progressive === true)
  const answered = progressive
    .map(({ key }) => key)
    .filter((key) => post.answered.includes(key) || (post.given[key] ?? '') !== '')
  const remembered = answered.length > 0 ? { answered } : {}
  if (post.isJson)
    return { status: 200, body: { json: { ok: true, submission_id: token.submission } } }
  const lang = formLanguage(post.given['lang'], post.acceptLanguage)
  const query = new URLSearchParams({
    sent: '1',
    lang,
    ...(post.query['embed'] === '1' && { embed: '1' }),
  })
  return { status: 303, body: { location: `/f/${form.id}?${query.toString()}` }, ...remembered }
}

function refuse(form: OpenForm, post: FormPost, shown: Shown): FormReply {
  if (!post.isJson) return show(form, post, { given: post.given, ...shown })
  const { status, problems = [], notice } = shown
  const json = { ok: false, problems, ...(notice !== undefined && { message: notice }) }
  return { status, body: { json } }
}

const STORED = {
  name: 'is_submission_stored',
  text: 'select 1 from accepted_keys where tenant_id = $1 and key = $2',
}
