// Phase 3: rules about the graph, the expressions and what the tenant has. Each rule is a file in checks/.

import type { Checked } from './checks/checked.ts'
import { deadEnds } from './checks/dead-ends.ts'
import { endlessTalk, loopsWithoutMax } from './checks/endless-talk.ts'
import { wrongEntrances } from './checks/entrances.ts'
import { wrongExpressions } from './checks/expressions.ts'
import { unhandledFailures } from './checks/failures.ts'
import { flowOf } from './checks/flow.ts'
import { brokenLimits } from './checks/limits.ts'
import { loopsWithoutWait } from './checks/loops-without-wait.ts'
import { wrongPlaces } from './checks/places.ts'
import { unreachableNodes } from './checks/reach.ts'
import { sendsWithoutPurpose } from './checks/sends.ts'
import { shadowedHandlers, shadowedInterrupts } from './checks/shadows.ts'
import { wrongSubflows } from './checks/subflows.ts'
import { missingTargets } from './checks/targets.ts'
import { missingAtTenant } from './checks/tenant.ts'
import { emptyVariables } from './checks/variables.ts'
import { eventsNeverSent, waitsWithoutExit } from './checks/waits.ts'
import { closedWindows } from './checks/window.ts'
import type { Finding } from './diagnostics.ts'
import type { ParsedTrigger } from './parse.ts'
import type { ResolvedNode } from './resolve.ts'
import type { Surroundings } from './surroundings.ts'

const CHECKS: readonly ((checked: Checked) => Finding[])[] = [
  // Errors first: of very many findings only the first are told.
  wrongPlaces,
  missingTargets,
  wrongEntrances,
  loopsWithoutWait,
  wrongExpressions,
  eventsNeverSent,
  brokenLimits,
  wrongSubflows,
  deadEnds,
  endlessTalk,
  unreachableNodes,
  waitsWithoutExit,
  loopsWithoutMax,
  unhandledFailures,
  shadowedInterrupts,
  shadowedHandlers,
  emptyVariables,
  closedWindows,
  sendsWithoutPurpose,
  missingAtTenant,
]

/** All findings about a resolved document. */
export function checkGraph(
  nodes: ResolvedNode[],
  trigger: ParsedTrigger | null,
  surroundings: Surroundings | undefined,
): Finding[] {
  const checked: Checked = { flow: flowOf(firstOfEachId(nodes)), trigger, surroundings }
  return CHECKS.flatMap((check) => check(checked))
}

/** A second node of the same id is refused already, and must not be taken for the first. */
export function firstOfEachId(nodes: ResolvedNode[]): ResolvedNode[] {
  const seen = new Set<string>()
  return nodes.filter(({ id }) => !seen.has(id) && seen.add(id))
}
