// The outbox of a test line moved by hand: what may leave, one attempt at a time.

import type { ConnectorRegistry } from '../connectors/registry.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { createEgress } from '../egress/egress.ts'
import { takeDispatchable } from '../outbox/dispatch.ts'
import { LOCAL_KINDS } from '../outbox/local/local-effects.ts'
import { createExecutor, type ExecutorOptions } from '../outbox/executor/executor.ts'
import type { EffectJob } from '../outbox/queue.ts'
import { leadOf } from './arrivals.ts'
import type { TestLine, TestWorker } from './line.ts'
import { MASTER_KEY } from './tenant.ts'

export interface TestEffect {
  id: string
  contactId: string
}

export interface TestOutbox {
  options: ExecutorOptions
  /** A lead that the published workflow greets. */
  greet(): Promise<TestEffect>
  greetMany(count: number): Promise<TestEffect[]>
  /** What may leave now. */
  dispatch(): Promise<EffectJob[]>
  perform(effectId: string): Promise<void>
  /** The effect's row, or undefined when it is settled. */
  row(effectId: string): Promise<OutboxRow | undefined>
}

export interface OutboxRow {
  status: string
  attempts: number
  claim_token: string | null
  /** Seconds until the next attempt. */
  rest: number
}

export function createTestOutbox(
  line: TestLine,
  worker: TestWorker,
  connectors: ConnectorRegistry,
): TestOutbox {
  const options: ExecutorOptions = {
    pool: line.pool,
    connectors,
    egress: createEgress({ allow: [] }),
    secretBox: createSecretBox(MASTER_KEY),
    logger: line.logger,
    uncertainSeconds: 60,
    concurrency: 50,
    isDirect: false,
  }
  const executor = createExecutor(options)
  const row = async (effectId: string): Promise<OutboxRow | undefined> => {
    const rows = await line.rows<OutboxRow>(
      `select status, attempts, claim_token, extract(epoch from next_at - clock_timestamp())::float8 as rest
       from outbox where id = $1`,
      [effectId],
    )
    return rows[0]
  }
  const greetMany = async (count: number): Promise<TestEffect[]> => {
    const leads = Array.from({ length: count }, () => line.accept(leadOf(line.tenant)))
    const contacts = (await Promise.all(leads)).map(({ contactId }) => contactId)
    await worker.drain()
    const text = 'select id, contact_id as "contactId" from outbox where contact_id = any($1)'
    return line.rows<TestEffect>(text, [contacts])
  }
  return {
    options,
    row,
    greet: async () => {
      const [effect] = await greetMany(1)
      if (!effect) throw new Error('the workflow did not greet')
      return effect
    },
    greetMany,
    dispatch: () => takeDispatchable(line.pool, LOCAL_KINDS),
    perform: (effectId) => executor.perform({ tenantId: line.tenant.id, effectId }),
  }
}
