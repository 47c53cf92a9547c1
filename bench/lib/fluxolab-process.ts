// A process of FluxoLab as a production starts it, on the bench's database, reached over HTTP only.

import { join } from 'node:path'
import { createPool } from '../../runtime/db/pool.ts'
import { MASTER_KEY, type TestTenant } from '../../runtime/testing/tenant.ts'
import { makeTenant } from '../work/mailbox.ts'
import { type Program, startProgram } from './children.ts'
import { freePorts } from './free-ports.ts'
import type { Ground } from './ground.ts'

const MAIN = join(import.meta.dirname, '../../gateway/main.ts')

export interface FluxoLabProcess {
  port: number
  url: string
  tenant: TestTenant
  /** The process's database, for what is not measured. */
  pool: ReturnType<typeof createPool>
  stop(): Promise<void>
}

export interface ProcessOptions {
  database: string
  role: 'gateway' | 'all'
  /** `host:port` of the provider; left out, nothing is sent. */
  provider?: string
}

/** Starts it; it has one tenant with the published conversation. */
export async function startFluxoLab(
  ground: Pick<Ground, 'createSchema' | 'folder'>,
  { database, role, provider }: ProcessOptions,
): Promise<FluxoLabProcess> {
  const url = await ground.createSchema(database)
  const pool = createPool(url, { max: 2, name: 'bench', statementTimeout: 60_000 })
  const tenant = await makeTenant(pool)
  const { port, stop } = await startMain(ground, url, { role, ...(provider && { provider }) })
  return {
    port,
    url,
    tenant,
    pool,
    stop: async () => {
      await stop()
      await pool.end()
    },
  }
}

/** Starts a process of the given role on a database; resolves when it is ready. */
export async function startMain(
  { folder }: Pick<Ground, 'folder'>,
  databaseUrl: string,
  {
    role,
    provider,
    isPaused = false,
  }: { role: 'gateway' | 'worker' | 'all'; provider?: string; isPaused?: boolean },
): Promise<Program & { port: number }> {
  const [port = 0] = await freePorts(1)
  const env = {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    ROLE: role,
    DATA_DIR: join(folder, `process-${port}`),
    SECRETS_KEY: MASTER_KEY.toString('base64'),
    SANDBOX: 'off',
    DEMO: 'off',
    LOG_LEVEL: 'error',
    // As `npm start` and the image have it.
    NODE_OPTIONS: '--max-semi-space-size=16',
    ...(provider && { WHATSAPP_GRAPH_URL: `http://${provider}`, EGRESS_ALLOW: provider }),
    // Effects are recorded and stay where they are.
    ...(isPaused && { DISPATCH_PAUSED: '1' }),
  }
  const program = await startProgram([process.execPath, MAIN], env, async () => {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok
  })
  return { ...program, port }
}
