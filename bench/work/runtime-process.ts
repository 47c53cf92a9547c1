// A worker process whose road for effects can be chosen: everything that a worker runs, without the gateway.

import { createLogger } from '../../runtime/log.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { MASTER_KEY } from '../../runtime/testing/tenant.ts'

export interface RuntimeChoice {
  databaseUrl: string
  /** Left out, BullMQ is on PostgreSQL. */
  redisUrl?: string
  /** False drives every effect through BullMQ. */
  isDirect: boolean
  /** `host:port` */
  provider: string
}

const choice = JSON.parse(process.env['BENCH_RUNTIME'] ?? '{}') as RuntimeChoice
const runtime = await createRuntime({
  databaseUrl: choice.databaseUrl,
  redisUrl: choice.redisUrl,
  isDirect: choice.isDirect,
  masterKey: MASTER_KEY,
  role: 'worker',
  whatsapp: { graphUrl: `http://${choice.provider}`, version: 'v24.0' },
  egressAllow: [choice.provider],
  leaseSeconds: 10,
  uncertainSeconds: 60,
  isAlone: false,
  logger: createLogger('error'),
})
process.on('SIGTERM', () => void runtime.stop().finally(() => process.exit(0)))
process.on('disconnect', () => process.exit(0))
process.send?.({})
