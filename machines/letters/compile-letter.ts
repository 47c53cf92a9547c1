// A letter's template: subject, HTML and text are Liquid like every other text, in one pass; values in the HTML are
// written as text. Which variables it asks for is found, not declared.

import type { Liquid, Template } from 'liquidjs'
import { createLiquid } from '../expression/liquid.ts'
import { partialProblem } from './partials.ts'

/** A letter as somebody wrote it. */
export interface LetterSource {
  subject: string
  html: string
  /** Left out or empty: made from the HTML. */
  text?: string | null
}

export interface LetterProblem {
  field: 'subject' | 'html' | 'text'
  message: string
}

export interface RenderedLetter {
  subject: string
  html: string
  text: string | null
}

/** Values of a letter. */
export interface LetterValues {
  /** What the node gives it, by name. */
  vars: Record<string, unknown>
  /** What is there for every text and partial: `contact`, `unsubscribe_url`, `now`, `zone`. */
  globals: Record<string, unknown>
}

export interface CompiledLetter {
  /** Names that whoever sends it gives values for, sorted. */
  variables: string[]
  /** @throws {Error} where it grows beyond the limits */
  render(values: LetterValues): RenderedLetter
}

export type LetterCompilation =
  | { ok: true; letter: CompiledLetter }
  | { ok: false; problems: LetterProblem[] }

/** Names that are there in every letter without being given. */
export const LETTER_GLOBALS: ReadonlySet<string> = new Set([
  'contact',
  'unsubscribe_url',
  'preferences_url',
  'now',
  'zone',
])

/**
 * Compiles a letter with the partials that it may render.
 * @param partials sources by name
 */
export function compileLetter(
  source: LetterSource,
  partials: Readonly<Record<string, string>> = {},
): LetterCompilation {
  const problems: LetterProblem[] = []
  const plain = createLiquid({ partials })
  const html = createLiquid({ partials, isHtml: true })
  const parse = (field: LetterProblem['field'], liquid: Liquid): Part | null => {
    const text = source[field] ?? ''
    const parsed = parseOne(text, liquid, partials)
    if (typeof parsed !== 'string') return { liquid, parsed }
    problems.push({ field, message: parsed })
    return null
  }
  const parts = {
    subject: parse('subject', plain),
    html: parse('html', html),
    text: parse('text', plain),
  }
  const { subject, html: markup, text } = parts
  if (!subject || !markup || !text) return { ok: false, problems }
  return {
    ok: true,
    letter: {
      variables: variablesOf([subject, markup, text]),
      render: (values) => ({
        subject: oneLine(renderPart(subject, values)),
        html: renderPart(markup, values),
        text: source.text ? renderPart(text, values) : null,
      }),
    },
  }
}

interface Part {
  liquid: Liquid
  parsed: Template[]
}

function parseOne(
  text: string,
  liquid: Liquid,
  partials: Readonly<Record<string, string>>,
): Template[] | string {
  const problem = partialProblem(text, partials)
  if (problem !== null) return problem
  try {
    return liquid.parse(text)
  } catch (error) {
    return (error as Error).message
  }
}

function variablesOf(parts: readonly Part[]): string[] {
  const names = parts.flatMap(({ liquid, parsed }) => liquid.globalVariablesSync(parsed))
  return [...new Set(names)].filter((name) => !LETTER_GLOBALS.has(name)).toSorted()
}

function renderPart({ liquid, parsed }: Part, { vars, globals }: LetterValues): string {
  return String(liquid.renderSync(parsed, { ...vars, ...globals }, { globals }))
}

/** A header is one line; RFC 5322 §2.2. */
function oneLine(subject: string): string {
  return subject.replaceAll(/\s+/g, ' ').trim()
}
