// Operations of the core in an order that a seed draws, on one pool.

import type { Pool } from 'pg'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress } from '../../egress/egress.ts'
import { createId } from '../../ids.ts'
import { createLogger } from '../../log.ts'
import { createAcceptor } from '../../mailbox/accept.ts'
import { resolveUncertain, findLostJobs, takeDispatchable } from '../../outbox/dispatch.ts'
import { createExecutor } from '../../outbox/executor/executor.ts'
import { LOCAL_KINDS, performLocalEffects } from '../../outbox/local/local-effects.ts'
import { createLeaseKeeper } from '../../shard/lease.ts'
import { createBatchSize } from '../../shard/batch-size.ts'
import { createStateCache } from '../../shard/state-cache.ts'
import { workOnce } from '../../shard/shard-worker.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { eventOf, leadOf, messageOf, statusOf } from '../../testing/arrivals.ts'
import { acceptedAs, createScriptConnector } from '../../testing/script-connector.ts'
import { createTenant, MASTER_KEY, publish } from '../../testing/tenant.ts'
import { fireDue } from '../../timer/fire-due.ts'
import { DOCUMENTS } from '../scenario/documents.ts'
import type { Random } from '../world/random.ts'

/** Does so many operations; what each statement said is compared on the way. */
export async function operate(pool: Pool, random: Random, count: number): Promise<void> {
  const act = await createActs(pool, random)
  for (let done = 0; done < count; done++) await random.pick(act)()
}

type Act = () => Promise<unknown>

async function createActs(pool: Pool, random: Random): Promise<Act[]> {
  const tenant = await createTenant(pool)
  for (const document of DOCUMENTS) await publish(pool, tenant, document)
  const acceptor = createAcceptor(pool)
  const connectors = createScriptConnector()
  const logger = createLogger('silent')
  const workers = ['worker', 'worker'].map(() => workerOn(pool))
  const executor = createExecutor({
    pool,
    connectors: connectors.registry,
    egress: createEgress({ allow: [] }),
    secretBox: createSecretBox(MASTER_KEY),
    logger,
    uncertainSeconds: 0,
    concurrency: 50,
    isDirect: false,
  })
  const phones = ['+5531990000001', '+5531990000002']
  const address = (): { phone: string } => ({ phone: random.pick(phones) })
  const sent: string[] = []
  const accept: Act[] = [
    () => acceptor.accept(tenant.id, leadOf(tenant, { address: address() })),
    () =>
      acceptor.accept(
        tenant.id,
        messageOf(tenant, { address: address(), text: String(random.int(12)) }),
      ),
    () => acceptor.accept(tenant.id, eventOf(tenant, { address: address() })),
    () =>
      acceptor.accept(tenant.id, eventOf(tenant, { address: address(), dedupeKey: 'event:again' })),
    () => status(),
  ]
  const status = async (): Promise<unknown> => {
    if (sent.length === 0) return null
    const effectId = random.pick(sent)
    const arrival = statusOf(tenant, {
      effectId,
      status: random.pick(['sent', 'delivered', 'read', 'failed']),
    })
    return acceptor.accept(tenant.id, arrival)
  }
  const step: Act = () => random.pick(workers)()
  const send: Act = async () => {
    if (random.chance(0.3))
      connectors.answers.push(() =>
        random.pick([acceptedAs(createId('message')), REFUSED, UNCERTAIN]),
      )
    for (const job of await takeDispatchable(pool, LOCAL_KINDS)) {
      sent.push(job.effectId)
      await executor.perform(job)
    }
  }
  const sweep: Act = async () => {
    await resolveUncertain(pool, 0)
    await findLostJobs(pool)
  }
  const local: Act = () => performLocalEffects(pool)
  const together: Act = () => Promise.all(accept.slice(0, 2).map((act) => act()))
  return [...accept, together, step, step, step, local, local, send, send, sweep]
}

const REFUSED = { type: 'failed', error: { code: 'NO', message: 'no' } } as const
const UNCERTAIN = { type: 'uncertain', error: { code: 'LOST', message: 'lost' } } as const

/** A worker that renews its leases, works a batch and fires timers. */
function workerOn(pool: Pool): Act {
  const id = createId('worker')
  const leases = createLeaseKeeper(pool, id, 600)
  const options = {
    pool,
    workerId: id,
    leases,
    facts: createTenantFactsCache(),
    states: createStateCache(),
    size: createBatchSize(),
    logger: createLogger('silent'),
    onCommitted: () => {},
  }
  return async () => {
    await leases.renew()
    while (await workOnce(options));
    await fireDue({ pool, workerId: id, leases })
  }
}
