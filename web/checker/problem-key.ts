// What tells one problem of a draft from another.

import type { Diagnostic } from '#machines/contracts/api.ts'

export const problemKey = ({ code, path, message }: Diagnostic): string =>
  `${code} ${path} ${message.en}`

/** The same problem after a change: the very same, else of the same kind at the same place, wherever that has moved to. */
export function problemAgain(
  now: readonly Diagnostic[],
  before: Diagnostic | null,
): Diagnostic | null {
  if (before === null) return null
  const key = problemKey(before)
  const place = placeKey(before)
  const same = now.find((one) => problemKey(one) === key)
  return same ?? now.find((one) => placeKey(one) === place) ?? null
}

function placeKey({ code, nodeId, path }: Diagnostic): string {
  return `${code} ${nodeId} ${path.replace(/^\$\.nodes\[\d+\]/, '')}`
}
