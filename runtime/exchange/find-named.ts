// Whether something that a document names is here, and what it says: the same question for what goes out and comes in.

import { canonicalJson } from '#machines/compile/hash.ts'
import type { EmailPartial, EmailTemplateSave } from '#machines/contracts/email-templates.ts'
import type { Reference } from '#machines/exchange/references.ts'
import { partialsIn } from '#machines/letters/partials.ts'

interface Named {
  name: string
  language: string
}

/** Every language of a template that a node leaves open, else the one that it names. */
export function templatesNamed<Item extends Named>(
  items: readonly Item[],
  { name, language }: Pick<Reference, 'name' | 'language'>,
): Item[] {
  return items.filter(
    (item) => item.name === name && (language === null || item.language === language),
  )
}

/** The partials that letters render, and those that these render. */
export function partialsOf(
  letters: readonly EmailTemplateSave[],
  partials: readonly EmailPartial[],
): EmailPartial[] {
  const byName = new Map(partials.map((partial) => [partial.name, partial]))
  const found = new Map<string, EmailPartial>()
  const waiting = letters.flatMap(({ subject, html, text }) => [subject, html, text ?? ''])
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    const named = partialsIn(source)
    for (const name of 'names' in named ? named.names : []) {
      const partial = byName.get(name)
      if (!partial || found.has(name)) continue
      found.set(name, partial)
      waiting.push(partial.html)
    }
  }
  return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** True where two templates, or two letters, say the same, whatever they are called. */
export function saysTheSame(one: Named, other: Named): boolean {
  const content = ({ name: _name, ...rest }: Named): string => canonicalJson(rest)
  return content(one) === content(other)
}
