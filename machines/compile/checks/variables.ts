// VARIABLE_MAYBE_EMPTY: an expression reads a variable or a result that some path to it has not set.

import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { replaceAt } from './fix.ts'
import type { Flow } from './flow.ts'
import { missingIn } from './missing.ts'
import { type Read, readsOf } from './reads.ts'
import { search, type Ways } from './search.ts'
import { traceTo } from './trace.ts'

/** Steps in all; each name that may be missing costs one search. */
const BUDGET = 2_000_000

interface Use extends Read {
  node: ResolvedNode
}

/** Every read that a path reaches which avoids all places where the name gets a value. */
export function emptyVariables({ flow }: Checked): Finding[] {
  const variables = new Set(flow.edges.flatMap(({ sets }) => sets))
  const uses = flow.nodes.flatMap((node) =>
    readsOf(flow, node, variables).map((read): Use => ({ ...read, node })),
  )
  const affordable = Math.ceil(BUDGET / flow.edges.length)
  const byName = [...Map.groupBy(uses, ({ name }) => name)].slice(0, affordable)
  const isMissing = missingIn(
    flow,
    byName.map(([name]) => name),
  )
  return byName.flatMap(([name, list]) => {
    const empty = list.filter(({ node }) => isMissing(name, node.id))
    return empty.length > 0 ? emptyUses(flow, name, empty) : []
  })
}

/** Ways on which no step gives the name a value: where they lead, it may be missing. */
function waysAround(flow: Flow, name: string): Ways {
  return search(flow, {
    isClosed: ({ sets, cause }) => cause.kind === 'undecided' || sets.includes(name),
  })
}

function emptyUses(flow: Flow, name: string, uses: readonly Use[]): Finding[] {
  const ways = waysAround(flow, name)
  return uses.map(({ node, field, defaulted }) => {
    const place = placeOf(node, field)
    return {
      code: 'VARIABLE_MAYBE_EMPTY',
      ...place,
      detail: name.replace(/^vars\./u, ''),
      fix: defaulted === null ? null : [replaceAt(place.path, defaulted)],
      trace: traceTo(flow, node.id, ways),
    }
  })
}
