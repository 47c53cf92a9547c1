// Where two tellings of one run part. Pure.

import type { Retelling, RetoldStep, Telling } from '#machines/contracts/debugger.ts'

/** The first Step that differs on either side, and where each went from what they had in common. */
export function forkOf(then: Telling, now: Telling): Pick<Retelling, 'differsAt' | 'fork'> {
  const count = Math.max(then.steps.length, now.steps.length)
  for (let index = 0; index < count; index += 1) {
    const [left, right] = [then.steps[index], now.steps[index]]
    if (left && right && isSame(left, right)) continue
    return { differsAt: index, fork: partingOf(left, right, then.steps[index - 1]) }
  }
  const isSameEnd = then.status === now.status && sorted(then.states) === sorted(now.states)
  return isSameEnd
    ? { differsAt: null, fork: null }
    : { differsAt: count, fork: { at: then.steps.at(-1)?.to ?? null, then: null, now: null } }
}

const sorted = (states: readonly string[]): string => JSON.stringify(states.toSorted())

function isSame(left: RetoldStep, right: RetoldStep): boolean {
  const told = ({ path, effects }: RetoldStep): string => JSON.stringify([path, effects])
  return told(left) === told(right)
}

function partingOf(
  left: RetoldStep | undefined,
  right: RetoldStep | undefined,
  before: RetoldStep | undefined,
): NonNullable<Retelling['fork']> {
  const [was, is] = [left?.path ?? [], right?.path ?? []]
  let shared = 0
  while (shared < was.length && was[shared] === is[shared]) shared += 1
  const at = was[shared - 1] ?? before?.to ?? null
  return { at, then: was[shared] ?? null, now: is[shared] ?? null }
}
