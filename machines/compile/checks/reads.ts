// Which names a node's expressions read: variables as `vars.total`, results of other nodes under their id.

import { isPath } from '../../expression/path.ts'
import { SCOPE_NAMES } from '../../expression/scope.ts'
import { isTemplate } from '../../expression/template.ts'
import type { ExpressionUse, NodeBase } from '../../nodes/node-kind.ts'
import type { ResolvedNode } from '../resolve.ts'
import { nameAt } from './defined.ts'
import type { Flow } from './flow.ts'

export interface Read {
  name: string
  /** Where the expression stands inside the node. */
  field: string
  /** The expression with a default for the name; null where no default can be given. */
  defaulted: string | null
}

/** One character class and no more: what stands inside may be a hundred thousand spaces. */
const OUTPUT = /\{\{([^{}]*)\}\}/gu
/** What a contact has by itself. */
const FACTS: ReadonlySet<string> = new Set([
  'name',
  'phone',
  'phone_e164',
  'email',
  'tags',
  'source',
  'clock',
])

/**
 * What a node reads on entry without saying what to take instead. Choices are left out: a missing value is a case of
 * theirs.
 * @param variables names that some node of the document sets
 */
export function readsOf(flow: Flow, node: ResolvedNode, variables: ReadonlySet<string>): Read[] {
  if (flow.shapes.get(node.id)?.shape === 'choice') return []
  return namesReadBy(node).flatMap((read): Read[] => {
    const name = knownName(flow, read.name, variables)
    return name === null || name === node.id ? [] : [{ ...read, name }]
  })
}

/** A draft comes again with most of its nodes the very same; what was read of one is not changed. */
const known = new WeakMap<NodeBase, readonly Read[]>()

/** Names as they are written, whatever they turn out to be. */
function namesReadBy({ kind, node }: ResolvedNode): readonly Read[] {
  if (!kind) return []
  const before = known.get(node)
  if (before) return before
  const reads = kind
    .expressions(node)
    .flatMap((use) => readsIn(use).map((read) => ({ ...read, field: use.path })))
  known.set(node, reads)
  return reads
}

/** A bare name is a node's result, else a variable, else a field of the contact, of which nothing is known. */
function knownName({ byId }: Flow, name: string, variables: ReadonlySet<string>): string | null {
  if (name.startsWith('vars.')) return name
  if (SCOPE_NAMES.has(name) || FACTS.has(name)) return null
  if (byId.has(name)) return name
  return variables.has(`vars.${name}`) ? `vars.${name}` : null
}

function readsIn({ source, isText }: ExpressionUse): Pick<Read, 'name' | 'defaulted'>[] {
  if (!isText && isPath(source)) {
    const name = nameAt(source.slice(1))
    return name === null ? [] : [{ name, defaulted: null }]
  }
  if (!isTemplate(source)) return []
  // What a tag looks at, or makes itself, is known to the author.
  const tags = source
    .split('{%')
    .slice(1)
    .map((rest) => rest.split('%}', 1)[0])
    .join(' ')
  const names = Array.from(source.matchAll(OUTPUT), ([, output]) => readOf(output ?? ''))
  const open = names.filter((name) => name !== null && !tags.includes(name.replace('vars.', '')))
  return [...new Set(open)].flatMap((name) =>
    name === null ? [] : [{ name, defaulted: withDefault(source, name) }],
  )
}

/** The name that a placeholder reads and gives no default for, or null. */
function readOf(inside: string): string | null {
  const output = wordsOf(inside)
  return /\|\s*default\b/u.test(output) || /^["'\d]/u.test(output) ? null : nameAt(output)
}

function withDefault(source: string, name: string): string {
  return source.replaceAll(OUTPUT, (whole, output: string) => {
    if (readOf(output) !== name) return whole
    // First of the filters: later ones would make something of nothing.
    const [head = '', ...filters] = wordsOf(output)
      .split('|')
      .map((part) => part.trim())
    return `{{ ${[head, 'default: ""', ...filters].join(' | ')} }}`
  })
}

/** Without the spaces, and the dashes that take away spaces outside. */
function wordsOf(output: string): string {
  return output.replace(/^-/u, '').replace(/-$/u, '').trim()
}
