// One process of FluxoLab on a stage, with a line of its own to PostgreSQL, to Redis and to the provider.

import { join } from 'node:path'
import { createLink, type Link } from '../proxy/link.ts'
import { createPostgresLink, type PostgresLink } from '../proxy/postgres-link.ts'
import { createStarted, type Started } from './started.ts'

export interface Member extends Omit<Started, 'kill'> {
  name: string
  role: 'gateway' | 'worker'
  baseUrl: string
  postgres: PostgresLink
  redis: Link
  provider: Link
  close(): Promise<void>
}

export interface MemberOptions {
  name: string
  role: Member['role']
  port: number
  folder: string
  postgresPort: number
  redisPort: number
  doorPort: number
  /** Its environment, once its lines are laid. */
  environment: (lines: { postgres: number; redis: number; provider: number }) => NodeJS.ProcessEnv
}

export async function createMember(options: MemberOptions): Promise<Member> {
  const { name, role, port } = options
  const at = (target: number) => () => ({ host: '127.0.0.1', port: target })
  const postgres = await createPostgresLink(`${name}-postgres`, at(options.postgresPort))
  const redis = await createLink({ name: `${name}-redis`, target: at(options.redisPort) })
  const provider = await createLink({ name: `${name}-provider`, target: at(options.doorPort) })
  const lines = { postgres: postgres.port, redis: redis.port, provider: provider.port }
  const log = join(options.folder, `${name}.log`)
  const { kill, ...started } = createStarted(name, options.environment(lines), log)
  return {
    ...started,
    name,
    role,
    baseUrl: `http://127.0.0.1:${port}`,
    postgres,
    redis,
    provider,
    close: async () => {
      await kill()
      await Promise.all([postgres.close(), redis.close(), provider.close()])
    },
  }
}
