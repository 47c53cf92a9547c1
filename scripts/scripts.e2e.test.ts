import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

interface Run {
  code: number
  output: string
}

async function runTestScript(args: string[], environment: NodeJS.ProcessEnv): Promise<Run> {
  const { REDIS_URL: _redis, CI: _ci, ...inherited } = process.env
  const env = { ...inherited, NO_COLOR: '1', ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [script('test.mjs'), ...args], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, output: `${err}${out}` })
    })
  })
}

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? ''

test('the test script passes its arguments on and closes with the counts', async () => {
  const run = await runTestScript(['--project', 'unit', 'runtime/secrets-file'], {})
  expect(lastLine(run.output)).toBe('3 passed, 0 failed')
  expect(run.code).toBe(0)
})

test('a file filter that finds nothing is a failure', async () => {
  const run = await runTestScript(['--project', 'unit', 'no-such-file'], {})
  expect(lastLine(run.output)).toBe('0 passed, 1 failed')
  expect(run.code).toBe(1)
})

test('a part without its program is named, and fails only where CI=true', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'fluxolab-path-'))
  const redisTest = ['--project', 'e2e', 'runtime/testing/redis']
  const missing = /^Not run: redis: redis-server not found \(.*REDIS_URL\)$/m
  try {
    const [here, inCi] = await Promise.all([
      runTestScript(redisTest, { PATH: empty }),
      runTestScript(redisTest, { PATH: empty, CI: 'true' }),
    ])
    expect(here.output).toMatch(missing)
    expect([lastLine(here.output), here.code]).toEqual(['1 passed, 0 failed', 0])
    expect(inCi.output).toMatch(missing)
    expect([lastLine(inCi.output), inCi.code]).toEqual(['1 passed, 1 failed', 1])
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
})

test('npm puts no shell between itself and a script, which would keep a SIGINT to itself', () => {
  const manifest = JSON.parse(readFileSync(script('../package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const command of Object.values(manifest.scripts)) expect(command).toMatch(/^exec node /)
  // Windows' cmd looks for a program in the folder where it runs first.
  expect(readFileSync(script('../exec.cmd'), 'utf8')).toMatch(/^@%\*$/m)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s goes on to the program in the foreground, whose exit code comes back',
  async (signal) => {
    const child = `process.on('${signal}', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')`
    const parent = `import(${JSON.stringify(new URL('lib/run.mjs', import.meta.url).href)})
      .then((m) => m.runForeground(process.execPath, ['-e', ${JSON.stringify(child)}]))
      .then((code) => process.exit(code))`
    const running = spawn(process.execPath, ['-e', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(running, 'exit')
    await once(running.stdout, 'data')
    running.kill(signal)
    expect((await ended)[0]).toBe(7)
  },
)
