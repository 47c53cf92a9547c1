import { describe, expect, test } from 'vitest'
import { FluxoError } from '#machines/contracts/errors.ts'
import { readConfig } from './config.ts'

function problemsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  try {
    readConfig(environment)
  } catch (error) {
    if (!(error instanceof FluxoError) || error.code !== 'CONFIG_INVALID') throw error
    const problems = error.details as { variable: string; problem: string }[]
    for (const { variable } of problems) expect(error.message).toContain(variable)
    return Object.fromEntries(problems.map(({ variable, problem }) => [variable, problem]))
  }
  return {}
}

const KEY = Buffer.alloc(32, 7).toString('base64')
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://u:p@db:5432/fluxolab',
  JWT_SECRET: 'x'.repeat(32),
  SECRETS_KEY: KEY,
}

describe('readConfig', () => {
  test('an empty environment is the embedded installation with sandbox and demo', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      databaseUrl: undefined,
      redisUrl: undefined,
      sandbox: true,
      sandboxPort: 0,
      smtpPort: 0,
      smtpTls: null,
      whatsappGraphUrl: undefined,
      whatsappGraphVersion: 'v24.0',
      uncertainSeconds: 60,
      leaseSeconds: 10,
      dedupeDays: 90,
      logLevel: 'info',
      egressAllow: [],
      demo: true,
    })
    expect(readConfig({}).dataDir).toBe(`${process.cwd()}/data`)
  })

  test('an empty variable is an unset one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', SANDBOX: '' })).toEqual(readConfig({}))
  })

  test('the value is frozen', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true)
  })

  test('every problem is listed at once, by its variable', () => {
    const problems = problemsOf({
      PORT: '99999',
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'not a url',
      SANDBOX: 'maybe',
      LEASE_SECONDS: '1.5',
      ROLE: 'king',
      EGRESS_ALLOW: 'localhost:1,nowhere',
      WHATSAPP_GRAPH_VERSION: '24',
      SECRETS_KEY: 'c2hvcnQ=',
      NODE_ENV: 'production',
    })
    expect(Object.keys(problems).sort()).toEqual(
      [
        'DATABASE_URL',
        'EGRESS_ALLOW',
        'JWT_SECRET',
        'LEASE_SECONDS',
        'PORT',
        'REDIS_URL',
        'ROLE',
        'SANDBOX',
        'WHATSAPP_GRAPH_VERSION',
        'SECRETS_KEY',
      ].sort(),
    )
  })

  test('a secret never appears in a problem', () => {
    const error = (() => {
      try {
        return readConfig({ JWT_SECRET: 'hunter2', SECRETS_KEY: 'hunter3' })
      } catch (caught) {
        return caught as FluxoError
      }
    })()
    expect(
      JSON.stringify([(error as FluxoError).message, (error as FluxoError).details]),
    ).not.toMatch(/hunter/)
  })

  test('with a database given, sandbox and demo are off and Graph is the real one', () => {
    expect(readConfig({ DATABASE_URL: 'postgres://db/x' })).toMatchObject({
      sandbox: false,
      demo: false,
      whatsappGraphUrl: 'https://graph.facebook.com',
    })
  })

  test('production needs its database and its secrets from the environment', () => {
    expect(Object.keys(problemsOf({ NODE_ENV: 'production' })).sort()).toEqual([
      'DATABASE_URL',
      'JWT_SECRET',
      'SECRETS_KEY',
    ])
    expect(readConfig(PRODUCTION)).toMatchObject({ production: true, sandbox: false, demo: false })
  })

  test('production refuses the sandbox unless it is forced', () => {
    expect(problemsOf({ ...PRODUCTION, SANDBOX: 'on' })).toHaveProperty('SANDBOX')
    expect(readConfig({ ...PRODUCTION, SANDBOX: 'force' }).sandbox).toBe(true)
  })

  test('a single role needs a database that others can reach', () => {
    expect(problemsOf({ ROLE: 'worker' })).toHaveProperty('ROLE')
    expect(readConfig({ ROLE: 'worker', DATABASE_URL: 'postgres://db/x' }).role).toBe('worker')
  })

  test('addresses lose the slash at their end, and listening everywhere is no address', () => {
    expect(readConfig({ PUBLIC_URL: 'https://flow.example/' }).publicUrl).toBe(
      'https://flow.example',
    )
    expect(readConfig({ HOST: '0.0.0.0' }).publicUrl).toBe('http://127.0.0.1:3000')
    expect(readConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000')
  })

  test('a port is one that can be told, and nobody else’s', () => {
    expect(problemsOf({ PORT: '0' })).toEqual({ PORT: 'must be a whole number from 1 to 65535' })
    expect(problemsOf({ PORT: '4000', SANDBOX_PORT: '4000' })).toEqual({
      SANDBOX_PORT: 'must differ from PORT: both are 4000',
    })
    expect(problemsOf({ SANDBOX_PORT: '3000' })).toHaveProperty('SANDBOX_PORT')
    expect(problemsOf({ DATABASE_PORT: '3000' })).toHaveProperty('DATABASE_PORT')
    expect(problemsOf({ PORT: '', SANDBOX_PORT: '', DATABASE_PORT: '0' })).toEqual({})
  })

  test.each(['?a=1', '/?', '/#top', '/flow', '//'])('a public URL ends before %s', (rest) => {
    expect(problemsOf({ PUBLIC_URL: `https://flow.example${rest}` })).toHaveProperty('PUBLIC_URL')
  })

  test('a public URL holds no password and a wrong one is one problem', () => {
    expect(problemsOf({ PUBLIC_URL: 'https://u:p@flow.example' })).toHaveProperty('PUBLIC_URL')
    expect(problemsOf({ PUBLIC_URL: 'flow.example' }).PUBLIC_URL).toMatch(/must be a URL/)
  })

  test('NODE_ENV is one of three words or nothing', () => {
    expect(problemsOf({ NODE_ENV: 'prod' }).NODE_ENV).toMatch(/production, development, test/)
    for (const NODE_ENV of ['', 'development', 'test']) expect(problemsOf({ NODE_ENV })).toEqual({})
  })

  test('allowed addresses are host and port, IPv6 in brackets', () => {
    expect(readConfig({ EGRESS_ALLOW: 'LOCALHOST:8080, [::1]:9,10.0.0.1:80' }).egressAllow).toEqual(
      ['localhost:8080', '[::1]:9', '10.0.0.1:80'],
    )
  })
})
