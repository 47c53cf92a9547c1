// Which of the templates and letters of a bundle can be made here, and why the others cannot.

import type { BundleContent } from '#machines/contracts/bundle.ts'
import type { EmailPartial, EmailTemplateSave } from '#machines/contracts/email-templates.ts'
import { problemsOfTemplate } from '#machines/contracts/whatsapp-template-rules.ts'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import { compileLetter } from '#machines/letters/compile-letter.ts'

interface Localized {
  'pt-BR': string
  en: string
}

export interface Soundness {
  /** Of those that cannot be made. */
  problems: ReadonlyMap<TemplateDraft | EmailTemplateSave, Localized>
  /** Sources by name that letters are rendered with: what is here comes before what is brought. */
  partials: Readonly<Record<string, string>>
}

/** @param here partials of the company: the bundle does not change them */
export function soundnessOf(
  bundle: BundleContent | null,
  here: readonly EmailPartial[],
): Soundness {
  const sources = [...(bundle?.partials ?? []), ...here].map(({ name, html }) => [name, html])
  const partials = Object.fromEntries(sources) as Record<string, string>
  const problems = new Map<TemplateDraft | EmailTemplateSave, Localized>()
  for (const one of bundle?.templates ?? []) {
    const problem = problemOfTemplate(one)
    if (problem !== null) problems.set(one, problem)
  }
  for (const one of bundle?.emailTemplates ?? []) {
    const problem = problemOfLetter(one, partials)
    if (problem !== null) problems.set(one, problem)
  }
  return { problems, partials }
}

/** Examples are for Meta's eyes: they may be missing until the template is submitted, as a header's picture always is. */
function problemOfTemplate(template: TemplateDraft): Localized | null {
  const [problem] = problemsOfTemplate(template).filter(
    ({ field }) => !/^(header|examples)/.test(field),
  )
  if (!problem) return null
  const { field, message } = problem
  return { 'pt-BR': `${field}: ${message['pt-BR']}`, en: `${field}: ${message.en}` }
}

function problemOfLetter(
  letter: EmailTemplateSave,
  partials: Readonly<Record<string, string>>,
): Localized | null {
  const made = compileLetter(letter, partials)
  if (made.ok) return null
  const text = made.problems.map(({ field, message }) => `${field}: ${message}`)[0] ?? ''
  const said = text.slice(0, 300)
  return { 'pt-BR': said, en: said }
}
