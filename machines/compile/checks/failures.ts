// FAILURE_UNHANDLED and AI_WITHOUT_FALLBACK: effects on the world outside whose failure nobody catches.

import type { JsonPatchOp } from '../../contracts/api.ts'
import type { Finding } from '../diagnostics.ts'
import { END, FAILED, type ResolvedNode, TRIGGER } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { addAt } from './fix.ts'
import type { Flow } from './flow.ts'
import { wayTo } from './search.ts'
import { plainWays, traceOf } from './trace.ts'

/** Written in our own database: they fail only when that does. */
const LOCAL: ReadonlySet<string> = new Set([
  'contact.upsert',
  'tag.add',
  'tag.remove',
  'crm.create_deal',
])

/** Every effect that stops the run when it fails. */
export function unhandledFailures({ flow }: Checked): Finding[] {
  const person = flow.nodes.find(({ type, parent }) => type === 'handoff.human' && parent === null)
  return flow.nodes.flatMap((node) => {
    const shape = flow.shapes.get(node.id)?.shape
    if ((shape !== 'effect' && shape !== 'ask') || LOCAL.has(node.type)) return []
    if (node.failsTo !== FAILED || node.exits.some(({ port }) => port.name === 'error')) return []
    const isAi = node.type.startsWith('ai.')
    return [
      {
        code: isAi ? 'AI_WITHOUT_FALLBACK' : 'FAILURE_UNHANDLED',
        ...placeOf(node),
        detail: node.id,
        fix: fixOf(node, isAi ? '.fallback' : '.onError', person),
        trace: failureAt(flow, node),
      },
    ]
  })
}

/** To a person where the workflow has a place for one; else on, as if nothing had been. */
function fixOf(node: ResolvedNode, field: string, person: ResolvedNode | undefined): JsonPatchOp[] {
  const next = node.exits.find(({ port }) => port.name === 'next')?.target
  const isNode = next !== undefined && next !== END && !/[:$]/.test(next) && next !== TRIGGER
  const target = person?.id ?? (isNode ? next : null)
  return [addAt(placeOf(node, field).path, target)]
}

function failureAt(flow: Flow, node: ResolvedNode) {
  const way = wayTo(flow, plainWays(flow), node.id)
  const failing = flow.from.get(node.id)?.find(({ cause }) => cause.kind === 'failed')
  return way && failing ? traceOf(flow, [...way, failing]) : null
}
