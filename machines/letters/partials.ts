// Partials of letters: which of them a text can reach, known from its source alone, and that every chain of them ends.

/** How many partials may lie inside each other. */
const MAX_DEPTH = 5

/** Only these forms are offered: what is rendered never depends on a value, and never goes through a list. */
const ANY = /\{%-?\s*render\b[^%]*%?/g
const PLAIN =
  /^\{%-?\s*render\s+(?:'([a-z0-9_]+)'|"([a-z0-9_]+)")\s*(?!\s*\b(?:for|with)\b\s+[^:\s])/

/** Names that a source renders, or what is wrong with how it does. */
export function partialsIn(source: string): { names: string[] } | { problem: string } {
  const names: string[] = []
  for (const [tag] of source.matchAll(ANY)) {
    const found = PLAIN.exec(tag)
    const name = found?.[1] ?? found?.[2]
    if (name === undefined) return { problem: `${tag.slice(0, 60)}: a partial is named in quotes` }
    names.push(name)
  }
  return { names }
}

/** What stands against rendering a text with these partials; null where nothing does. */
export function partialProblem(
  source: string,
  partials: Readonly<Record<string, string>>,
  path: readonly string[] = [],
): string | null {
  const found = partialsIn(source)
  if ('problem' in found) return found.problem
  if (path.length > MAX_DEPTH) return `${path.join(' → ')}: more than ${MAX_DEPTH} partials deep`
  for (const name of new Set(found.names)) {
    if (path.includes(name)) return `${[...path, name].join(' → ')}: a partial renders itself`
    const inner = Object.hasOwn(partials, name) ? partials[name] : undefined
    if (inner === undefined) return `there is no partial ${name}`
    const problem = partialProblem(inner, partials, [...path, name])
    if (problem !== null) return problem
  }
  return null
}
