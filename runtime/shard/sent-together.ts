// Statements of one transaction that were sent one behind the other without waiting for answers.

/** After a refused statement the database passes over the rest of the transaction. */
const PASSED_OVER = '25P02'

/** Waits for all of them. What was refused is thrown, and not that others then were passed over. */
export async function sentTogether(
  statements: readonly (Promise<unknown> | false)[],
): Promise<void> {
  const results = await Promise.allSettled(statements.filter((sent) => sent !== false))
  const errors = results.flatMap((result): unknown[] =>
    result.status === 'rejected' ? [result.reason] : [],
  )
  if (errors.length === 0) return
  throw errors.find((error) => (error as { code?: unknown }).code !== PASSED_OVER) ?? errors[0]
}
