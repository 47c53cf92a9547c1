// Which names a step gives a value: variables as `vars.total`, results of nodes under the node's id.

import type { Condition } from '../../expression/condition.ts'
import { isPath } from '../../expression/path.ts'
import type { ParsedNode } from '../parse.ts'
import type { Cause } from './cause.ts'

type Node = Pick<ParsedNode, 'id'> & Partial<Pick<ParsedNode, 'type' | 'node'>>

/** Names that have a value once the node is left for this cause. */
export function definedOn({ id, type, node }: Node, cause: Cause): string[] {
  const body = (node ?? {}) as Record<string, unknown>
  const kept = typeof body['as'] === 'string' ? [`vars.${body['as']}`] : []
  switch (cause.kind) {
    case 'done':
    case 'answered':
      return [id, ...kept]
    case 'event':
    case 'word':
      return [id]
    case 'choice':
      return provenBy(cause.port, type, body)
    case 'at once':
      return type === 'set.variable'
        ? Object.keys(body['set'] ?? {}).map((name) => `vars.${name}`)
        : []
    default:
      return []
  }
}

/** A choice that looked at a name knows of it on the way that it takes. */
function provenBy(port: string, type: string | undefined, body: Record<string, unknown>): string[] {
  if (type === 'if') {
    const condition = body['condition'] as Condition
    if (port === 'then') return namesIn(sourcesTrueIn(condition))
    return 'not' in condition ? namesIn(sourcesTrueIn(condition.not)) : []
  }
  const isCase = port.startsWith('case:') && port !== 'case:'
  return isCase && (type === 'switch' || type === 'intent') ? namesIn([body['on']]) : []
}

/** What must have a value where the condition holds. */
function sourcesTrueIn(condition: Condition): unknown[] {
  if ('all' in condition) return condition.all.flatMap(sourcesTrueIn)
  if ('any' in condition || 'not' in condition) return []
  const { value, op, to } = condition
  const isProof = op !== 'notEquals' && (op !== 'equals' || (to !== null && to !== undefined))
  return isProof ? [value] : []
}

function namesIn(sources: readonly unknown[]): string[] {
  return sources.flatMap((source) => {
    if (typeof source !== 'string') return []
    const path = isPath(source) ? source.slice(1) : /^\{\{([^{}|]*)\}\}$/u.exec(source)?.[1]?.trim()
    const name = path === undefined ? null : nameAt(path)
    return name === null ? [] : name.startsWith('vars.') ? [name] : [name, `vars.${name}`]
  })
}

const NAME =
  /^\.?(vars(?:\.|\['))?([\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d_-]*)/u

/** The name that a path such as `.vars.total.x` or `n2.intent` begins with, or null. */
export function nameAt(path: string): string | null {
  const found = NAME.exec(path)
  const name = found?.[2]
  if (name === undefined) return null
  return found?.[1] === undefined ? name : `vars.${name}`
}
