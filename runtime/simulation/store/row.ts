// A row with its versions, as PostgreSQL keeps them: what is committed, what one open transaction made of it, who locks it.

import type { Pending, Row, Transaction, Values, View } from './types.ts'

/** The values that a statement sees, or null. */
export function valuesSeen(row: Row, view: View): Values | null {
  const { pending } = row
  if (pending !== null && pending.transaction === view.transaction) {
    let own: Pending | null = pending
    while (own !== null && own.command >= view.command) own = own.before
    if (own !== null) return own.values
  }
  let version = row.committed
  if (view.rechecked.size > 0 && view.rechecked.has(row)) return version?.values ?? null
  while (version !== null && version.commit > view.commit) version = version.older
  return version === null ? null : version.values
}

/** The values of the latest version that is committed or the transaction's own. */
export function latestValues(row: Row, transaction: Transaction): Values | null {
  if (row.pending !== null && row.pending.transaction === transaction) return row.pending.values
  return row.committed?.values ?? null
}

/** True when any version of the row has what the test asks for. */
export function hasVersion(row: Row, test: (values: Values) => boolean): boolean {
  for (let pending = row.pending; pending !== null; pending = pending.before)
    if (pending.values !== null && test(pending.values)) return true
  for (let version = row.committed; version !== null; version = version.older)
    if (version.values !== null && test(version.values)) return true
  return false
}
