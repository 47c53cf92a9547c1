// A form as a page of its own: small HTML without a framework, readable without script, on a phone first.

import type { CaptchaProvider, FormField } from '#machines/contracts/forms.ts'
import { CARRIED, type Given, type OpenForm } from './form-answers.ts'
import { type Html, html } from './form-html.ts'
import { pageScript } from './form-script.ts'
import { pageStyle } from './form-style.ts'
import { FORM_WORDS, type FormLanguage, type FormProblem } from './form-words.ts'

export interface PageState {
  language: FormLanguage
  /** Allows this page's own style and script and nobody else's. */
  nonce: string
  token: string
  fields: readonly FormField[]
  given: Given
  problems: readonly { key: string; problem: FormProblem }[]
  /** Said above the form. */
  notice?: string
  isEmbedded: boolean
}

/** Field that only programs fill in. */
export const HONEYPOT = 'website_url'

export function formPage(form: OpenForm, state: PageState): string {
  const { definition } = form
  const { language } = state
  const words = FORM_WORDS[language]
  const action = `/f/${form.id}${state.isEmbedded ? '?embed=1' : ''}`
  const body = html`<h1>${definition.title[language]}</h1>
    ${definition.intro?.[language] && html`<p class="intro">${definition.intro[language]}</p>`}
    ${trouble(state)}
    <form method="post" action="${action}" accept-charset="utf-8">
      <input type="hidden" name="token" value="${state.token}" /><input
        type="hidden"
        name="lang"
        value="${language}"
      />
      ${CARRIED.map((name) => state.given[name] && html`<input type="hidden" name="${name}" value="${state.given[name]}" />`)}
      <div class="trap" aria-hidden="true">
        <label>Website<input name="${HONEYPOT}" tabindex="-1" autocomplete="off" /></label>
      </div>
      ${state.fields.map((field) => fieldOf(field, state))}
      ${definition.captcha && captchaOf(definition.captcha, language)}
      <button type="submit">${definition.submit?.[language] || words.submit}</button>
    </form>`
  return document(form, { ...state, title: definition.title[language], body })
}

/** What is shown once the answers are stored. */
export function sentPage(
  form: OpenForm,
  state: Pick<PageState, 'language' | 'nonce' | 'isEmbedded'>,
): string {
  const { definition } = form
  const text = definition.thanks?.[state.language] || FORM_WORDS[state.language].thanks
  const title = definition.title[state.language]
  const mark = html`data-submitted data-redirect="${definition.redirectUrl ?? ''}"`
  // Its line breaks are shown: nothing may stand around the text.
  const thanks = html`<p class="thanks" role="status" ${mark}>${text}</p>`
  const body = html`<h1>${title}</h1>
    ${thanks}`
  const refresh = state.isEmbedded ? undefined : definition.redirectUrl
  return document(form, { ...state, title, body, refresh })
}

interface DocumentState extends Pick<PageState, 'language' | 'nonce' | 'isEmbedded'> {
  title: string
  body: Html
  refresh?: string | undefined
}

function document(form: OpenForm, state: DocumentState): string {
  const { language, nonce, title, body, refresh, isEmbedded } = state
  const { color = '#2563eb', captcha } = form.definition
  const script = captcha && captchaScript(captcha)
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title>
${refresh && html`<meta http-equiv="refresh" content="0;url=${refresh}" />`}
<style nonce="${nonce}">${{ html: pageStyle(color) }}</style>
${script && html`<script nonce="${nonce}" src="${script}" async defer></script>`}</head>
<body${isEmbedded && { html: ' class="embedded"' }} data-form="${form.id}"${captcha?.provider === 'recaptcha_v3' && html` data-v3="${captcha.siteKey}"`}><main>${body}</main>
<script nonce="${nonce}">${{ html: pageScript }}</script></body></html>`.html
}

function trouble({ problems, notice, fields, language }: PageState): Html | null {
  if (problems.length === 0 && notice === undefined) return null
  const words = FORM_WORDS[language]
  const label = (key: string): string =>
    fields.find((field) => field.key === key)?.label[language] ?? key
  return html`<div class="trouble" role="alert" tabindex="-1">
    <p>${notice ?? words.problems}</p>
    ${
      problems.length > 0 &&
      html`<ul>
        ${problems.map(({ key, problem }) => html`<li><a href="#f-${key}">${label(key)}: ${words.problem[problem]}</a></li>`)}
      </ul>`
    }
  </div>`
}

function fieldOf(field: FormField, state: PageState): Html {
  const { language, given, problems } = state
  const problem = problems.find(({ key }) => key === field.key)?.problem
  const words = FORM_WORDS[language]
  const id = `f-${field.key}`
  const error = problem && html`<p class="error" id="${id}-e">${words.problem[problem]}</p>`
  const attributes = html`id="${id}"
  name="${field.key}"${field.required === true && { html: ' required' }}${problem && html` aria-invalid="true" aria-describedby="${id}-e"`}`
  const value = given[field.key] ?? ''
  if (field.type === 'checkbox' || field.type === 'consent') {
    const isChecked = value !== ''
    return html`<div class="field box">
      <input type="checkbox" value="1" ${attributes}${isChecked && { html: ' checked' }} /><label
        for="${id}"
        >${field.label[language]}</label
      >${error}
    </div>`
  }
  const mark = field.required !== true && html` <span class="optional">(${words.optional})</span>`
  return html`<div class="field">
    <label for="${id}">${field.label[language]}${mark}</label
    >${inputOf(field, { attributes, value, language })}${error}
  </div>`
}

const COMPLETE: Record<string, string> = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  company: 'organization',
  city: 'address-level2',
  state: 'address-level1',
}

interface Input {
  attributes: Html
  value: string
  language: FormLanguage
}

function inputOf(
  field: Exclude<FormField, { type: 'checkbox' | 'consent' }>,
  { attributes, value, language }: Input,
): Html {
  const words = FORM_WORDS[language]
  const complete = COMPLETE[field.key] ?? 'on'
  switch (field.type) {
    case 'email':
      return html`<input
        type="email"
        inputmode="email"
        autocomplete="email"
        maxlength="320"
        value="${value}"
        ${attributes}
      />`
    case 'phone':
      return html`<input
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        maxlength="40"
        data-phone
        placeholder="(11) 91234-5678"
        title="${words.phoneHint}"
        value="${value}"
        ${attributes}
      />`
    case 'select':
      return html`<select ${attributes}>
        <option value="">${words.choose}</option>
        ${field.options.map((option) => html`<option value="${option.value}" ${option.value === value && { html: ' selected' }}>${option.label[language]}</option>`)}
      </select>`
    case 'text':
      return field.long === true
        ? html`<textarea rows="4" maxlength="5000" ${attributes}>${value}</textarea>`
        : html`<input
            type="text"
            autocomplete="${complete}"
            maxlength="500"
            value="${value}"
            ${attributes}
          />`
  }
}

interface Captcha {
  provider: CaptchaProvider
  siteKey: string
}

/** Where each provider's own script and frames come from. */
export const CAPTCHA_HOSTS: Record<CaptchaProvider, readonly string[]> = {
  recaptcha_v2: ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
  recaptcha_v3: ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
  hcaptcha: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
  turnstile: ['https://challenges.cloudflare.com'],
}

/** Names under which their answers come. */
export const CAPTCHA_FIELDS: Record<CaptchaProvider, string> = {
  recaptcha_v2: 'g-recaptcha-response',
  recaptcha_v3: 'g-recaptcha-response',
  hcaptcha: 'h-captcha-response',
  turnstile: 'cf-turnstile-response',
}

function captchaOf({ provider, siteKey }: Captcha, language: FormLanguage): Html {
  if (provider === 'recaptcha_v3')
    return html`<input type="hidden" name="${CAPTCHA_FIELDS.recaptcha_v3}" />`
  const name = { recaptcha_v2: 'g-recaptcha', hcaptcha: 'h-captcha', turnstile: 'cf-turnstile' }
  return html`<div
    class="${name[provider]} field"
    data-sitekey="${siteKey}"
    data-hl="${language}"
  ></div>`
}

function captchaScript({ provider, siteKey }: Captcha): string {
  const scripts: Record<CaptchaProvider, string> = {
    recaptcha_v2: 'https://www.google.com/recaptcha/api.js',
    recaptcha_v3: `https://www.google.com/recaptcha/api.js?render=${encodeURIComponent(siteKey)}`,
    hcaptcha: 'https://js.hcaptcha.com/1/api.js',
    turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
  }
  return scripts[provider]
}
