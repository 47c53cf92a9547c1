// Rules over several variables at once: what embedded and production may not be combined with. They read the raw
// text, so that they speak even when some single variable is wrong as well.

import { type ConfigProblem, DEFAULT_PORT } from './config-schema.ts'

type RawEnvironment = Readonly<Record<string, string | undefined>>

/** Problems that no single variable has. */
export function listConflicts(env: RawEnvironment): ConfigProblem[] {
  return [
    ...listPortConflicts(env),
    ...listRoleConflicts(env),
    ...listMailProblems(env),
    ...listProductionProblems(env),
  ]
}

function listPortConflicts(env: RawEnvironment): ConfigProblem[] {
  const port = Number(env['PORT'] || DEFAULT_PORT)
  return ['SANDBOX_PORT', 'DATABASE_PORT', 'SMTP_PORT']
    .filter((variable) => env[variable] && Number(env[variable]) === port)
    .map((variable) => ({ variable, problem: `must differ from PORT: both are ${port}` }))
}

function listMailProblems(env: RawEnvironment): ConfigProblem[] {
  const pair = ['SMTP_TLS_KEY', 'SMTP_TLS_CERT']
  const missing = pair.filter((variable) => !env[variable])
  if (missing.length !== 1) return []
  return missing.map((variable) => ({ variable, problem: 'is needed beside the other of the two' }))
}

function listRoleConflicts(env: RawEnvironment): ConfigProblem[] {
  const single = env['ROLE'] === 'gateway' || env['ROLE'] === 'worker'
  if (env['DATABASE_URL'] || !single) return []
  return [
    { variable: 'ROLE', problem: `${env['ROLE']} needs DATABASE_URL: embedded is one process` },
  ]
}

function listProductionProblems(env: RawEnvironment): ConfigProblem[] {
  if (env['NODE_ENV'] !== 'production') return []
  const needed = ['DATABASE_URL', 'JWT_SECRET', 'SECRETS_KEY']
    .filter((variable) => !env[variable])
    .map((variable) => ({ variable, problem: 'is needed in production' }))
  const sandbox = { variable: 'SANDBOX', problem: 'must be off in production, or force' }
  return env['SANDBOX'] === 'on' ? [...needed, sandbox] : needed
}
