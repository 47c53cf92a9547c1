// A form while it is being built: texts as people write them, the definition that comes of them.

import type { FormDefinition, FormField } from '#machines/contracts/forms.ts'
import { fieldName } from './lead-mapping.ts'

export interface FormDraft {
  title: { 'pt-BR': string; en: string }
  thanks: { 'pt-BR': string; en: string }
  color: string
  fields: FormField[]
  /** One a line. */
  origins: string
  captcha: { provider: string; siteKey: string }
}

const both = (ptBR: string, en: string) => ({ 'pt-BR': ptBR, en })

/** What a new form asks. */
export function newDraft(): FormDraft {
  return {
    title: both('Fale com a gente', 'Talk to us'),
    thanks: both('', ''),
    color: '#2563eb',
    fields: [
      { type: 'text', key: 'name', label: both('Nome', 'Name'), required: true },
      { type: 'phone', key: 'phone', label: both('WhatsApp', 'WhatsApp'), required: true },
      { type: 'email', key: 'email', label: both('E-mail', 'E-mail') },
      {
        type: 'consent',
        key: 'aceite',
        purpose: 'marketing',
        label: both('Aceito receber novidades', 'I agree to receive news'),
      },
    ],
    origins: '',
    captcha: { provider: '', siteKey: '' },
  }
}

export function draftOf(definition: FormDefinition): FormDraft {
  // A copy by way of text: what the page holds is watched, and such objects cannot be cloned.
  const copy = JSON.parse(JSON.stringify(definition)) as FormDefinition
  const { title, thanks, color, fields, origins, captcha } = copy
  return {
    title,
    thanks: thanks ?? both('', ''),
    color: color ?? '#2563eb',
    fields,
    origins: origins.join('\n'),
    captcha: { provider: captcha?.provider ?? '', siteKey: captcha?.siteKey ?? '' },
  }
}

/** Keeps what the builder does not show of an earlier definition. */
export function definitionOf(draft: FormDraft, known: FormDefinition | null): unknown {
  const { title, thanks, color, fields, origins, captcha } = draft
  const hasThanks = thanks['pt-BR'] !== '' || thanks.en !== ''
  return {
    ...known,
    title: filled(title),
    thanks: hasThanks ? filled(thanks) : undefined,
    color,
    fields: fields.map((field) => ({ ...field, label: filled(field.label) })),
    origins: origins
      .split('\n')
      .map((line) => line.trim().replace(/\/+$/, ''))
      .filter((line) => line !== ''),
    captcha:
      captcha.provider === ''
        ? undefined
        : { ...known?.captcha, provider: captcha.provider, siteKey: captcha.siteKey },
  }
}

/** Where only one language was written, the other says the same. */
function filled(words: { 'pt-BR': string; en: string }) {
  const { 'pt-BR': ptBR, en } = words
  return { 'pt-BR': ptBR || en, en: en || ptBR }
}

/** A field of another kind keeps its name and words. */
export function fieldOfType(field: FormField, type: FormField['type']): FormField {
  const { key, label, required, progressive } = field
  const base = {
    key,
    label,
    ...(required === true && { required }),
    ...(progressive === true && { progressive }),
  }
  if (type === 'select')
    return { ...base, type, options: [{ value: 'a', label: both('Opção A', 'Option A') }] }
  if (type === 'consent') return { ...base, type, purpose: 'marketing' }
  return { ...base, type }
}

/** A key that no other field has. */
export function newKey(label: string, fields: readonly FormField[]): string {
  const plain = fieldName(label.normalize('NFD').replaceAll(/\p{M}/gu, ''))
  const stem =
    plain
      .replaceAll(/[^a-z0-9_]/g, '')
      .replace(/^[^a-z]+/, '')
      .slice(0, 36) || 'campo'
  const used = new Set(fields.map(({ key }) => key))
  if (!used.has(stem)) return stem
  for (let n = 2; ; n += 1) if (!used.has(`${stem}_${n}`)) return `${stem}_${n}`
}

type Options = Extract<FormField, { type: 'select' }>['options']

/** Options as lines: a new line is value and words in one, a known value keeps its words. */
export const optionsOf = (lines: string, known: Options = []): Options =>
  lines
    .split('\n')
    .map((line) => line.trim().slice(0, 100))
    .filter((line) => line !== '')
    .slice(0, 100)
    .map(
      (line) =>
        known.find(({ value }) => value === line) ?? { value: line, label: both(line, line) },
    )
