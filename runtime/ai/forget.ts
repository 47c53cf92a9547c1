// What of the model's affairs is of no use any more: answers past their time, and marks of calls that were counted.

import type { Pool } from 'pg'
import { run } from '../db/pool.ts'

const BATCH = 5_000

/** Each batch a transaction of its own. */
export async function forgetAi(pool: Pool): Promise<void> {
  while ((await run(pool, FORGET_ANSWERS, [BATCH])).length === BATCH);
  while ((await run(pool, FORGET_CALLS, [BATCH])).length === BATCH);
}

const FORGET_ANSWERS = {
  name: 'forget_answers',
  text: `delete from ai_answers where ctid = any(array(
      select ctid from ai_answers where expires_at < now() limit $1 for update skip locked)) returning 1`,
}

const FORGET_CALLS = {
  name: 'forget_calls',
  text: `delete from ai_calls where ctid = any(array(
      select ctid from ai_calls where made_at < now() - interval '1 day' limit $1 for update skip locked)) returning 1`,
}
