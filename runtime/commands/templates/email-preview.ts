// A letter as it would arrive, before anybody gets it: with the facts of a contact or of a made-up person, and what it
// could do better.

import type { EmailPreview, EmailPreviewRequest } from '#machines/contracts/email-templates.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { compileLetter, type CompiledLetter } from '#machines/letters/compile-letter.ts'
import { checkLetter } from '../../letters/check-letter.ts'
import { finishLetter } from '../../letters/finish-letter.ts'

export interface PreviewGround {
  partials: Record<string, string>
  /** Null: a made-up person's. */
  contact: JsonObject | null
  /** Where a link to say no would lead. */
  choiceUrl: string
  /** IANA zone of the tenant. */
  zone: string
  now: Date
}

const PERSON: JsonObject = {
  name: 'Ana Souza',
  email: 'ana@example.com',
  phone: '+5511999999999',
  tags: [],
  fields: {},
}
const NOTHING = { subject: '', html: '', text: '', variables: [], bytes: 0, hints: [] }

export async function previewLetter(
  request: EmailPreviewRequest,
  ground: PreviewGround,
): Promise<EmailPreview> {
  const made = compileLetter(request, ground.partials)
  if (!made.ok) return { ...NOTHING, problems: made.problems }
  try {
    return await rendered(made.letter, request, ground)
  } catch (error) {
    const problem = { field: 'html' as const, message: (error as Error).message }
    return { ...NOTHING, problems: [problem] }
  }
}

async function rendered(
  letter: CompiledLetter,
  request: EmailPreviewRequest,
  { contact, choiceUrl, zone, now }: PreviewGround,
): Promise<EmailPreview> {
  const { variables } = letter
  const vars = { ...namesOf(variables), ...request.vars }
  const globals = {
    contact: contact ?? PERSON,
    unsubscribe_url: choiceUrl,
    preferences_url: choiceUrl,
    now: now.toISOString(),
    zone,
  }
  const finished = await finishLetter(letter, { vars, globals }, { language: request.language })
  const { subject, html, text } = finished
  const hasUnsubscribe = html.includes(choiceUrl)
  // What is dropped and unsafe is looked for where it was written: the finished letter has it mended.
  const written = letter.render({ vars, globals }).html
  const sizeHints = checkLetter({ subject, html, hasUnsubscribe })
  const unsafe = checkLetter({ subject, html: written, hasUnsubscribe }).filter(
    ({ code }) => code === 'LINKS_UNSAFE',
  )
  return {
    problems: [],
    subject,
    html,
    text,
    variables,
    bytes: Buffer.byteLength(html),
    hints: [...sizeHints.filter(({ code }) => code !== 'LINKS_UNSAFE'), ...unsafe],
  }
}

/** A value that nobody gave is shown by its name. */
function namesOf(variables: readonly string[]): Record<string, string> {
  return Object.fromEntries(variables.map((name) => [name, `[${name}]`]))
}
