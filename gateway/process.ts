// The process's parts put together in order, and taken apart in the opposite one, whatever part failed.

import { join } from 'node:path'
import {
  type Config,
  createLogger,
  createRuntime,
  createSandbox,
  type Demo,
  type Installation,
  type Logger,
  prepareInstallation,
  type Runtime,
  type Sandbox,
  seedDemo,
} from '#runtime/index.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { buildApp } from './app.ts'
import type { Terminal } from './terminal.ts'

const WEB_DIST = join(import.meta.dirname, '..', 'web', 'dist')
const SANDBOX_PORT = 3001

export interface Running {
  runtime: Runtime
  sandbox: Sandbox | null
  demo: Demo | null
  stop(): Promise<void>
}

type Undo = () => Promise<unknown>

/** Starts everything that the role asks for. @throws {FluxoError} with what stands in the way; nothing stays open */
export async function startProcess(config: Config, terminal: Terminal): Promise<Running> {
  const undo: Undo[] = []
  const stop = async (): Promise<void> => {
    while (undo.length > 0) await undo.pop()?.()
  }
  try {
    return { ...(await startParts(config, terminal, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(config: Config, terminal: Terminal, undo: Undo[]) {
  // People read the terminal of an embedded start; the log lies beside the data.
  const logFile = config.databaseUrl === undefined ? join(config.dataDir, 'fluxolab.log') : undefined
  const logger = createLogger(config.logLevel, logFile)
  const installation = await prepareInstallation(config, terminal.step)
  undo.push(installation.stop)
  const sandbox = config.sandbox ? await startSandbox(config) : null
  if (sandbox) undo.push(sandbox.close)
  if (sandbox) terminal.step(`sandbox at ${sandbox.url}`)
  const demo = config.demo ? await prepareDemo(config, installation, sandbox) : null
  if (demo) terminal.step('demo tenant is ready')
  const runtime = await createRuntime(runtimeOptions(config, { installation, sandbox, logger }))
  undo.push(runtime.stop)
  if (config.role !== 'worker') undo.push(await serve(config, { runtime, installation, logger }))
  return { runtime, sandbox, demo }
}

function runtimeOptions(
  config: Config,
  parts: { installation: Installation; sandbox: Sandbox | null; logger: Logger },
) {
  const { installation, sandbox, logger } = parts
  return {
    databaseUrl: installation.databaseUrl,
    redisUrl: config.redisUrl,
    masterKey: installation.secrets.masterKey,
    role: config.role,
    whatsapp: {
      graphUrl: config.whatsappGraphUrl ?? sandbox?.url ?? '',
      version: config.whatsappGraphVersion,
    },
    egressAllow: [...config.egressAllow, ...(sandbox ? [new URL(sandbox.url).host] : [])],
    leaseSeconds: config.leaseSeconds,
    uncertainSeconds: config.uncertainSeconds,
    isAlone: installation.isEmbedded && config.role === 'all',
    logger,
  }
}

async function startSandbox(config: Config): Promise<Sandbox> {
  const storeDir = join(config.dataDir, 'sandbox')
  const start = (port: number): Promise<Sandbox> => createSandbox({ port, host: '127.0.0.1', storeDir })
  if (config.sandboxPort === 0) return start(SANDBOX_PORT).catch(() => start(0))
  return start(config.sandboxPort).catch((error: unknown) => {
    throw portTaken(error, config.sandboxPort, 'SANDBOX_PORT')
  })
}

async function prepareDemo(config: Config, installation: Installation, sandbox: Sandbox | null): Promise<Demo> {
  const demo = await seedDemo({
    databaseUrl: installation.databaseUrl,
    masterKey: installation.secrets.masterKey,
    dataDir: config.dataDir,
    baseUrl: config.publicUrl,
    sandboxUrl: sandbox?.url ?? null,
  })
  const { phoneNumberId, accessToken, appSecret } = demo
  const webhookUrl = `http://${localHost(config.host)}:${config.port}/webhooks/whatsapp`
  sandbox?.register({ phoneNumberId, accessToken, appSecret, webhookUrl })
  return demo
}

async function serve(
  config: Config,
  { runtime, installation, logger }: { runtime: Runtime; installation: Installation; logger: Logger },
): Promise<Undo> {
  const stopping = new AbortController()
  const app = await buildApp({
    runtime,
    logger,
    stopping: stopping.signal,
    config: {
      jwtSecret: installation.secrets.jwtSecret,
      publicUrl: config.publicUrl,
      webDist: WEB_DIST,
      secureCookies: config.publicUrl.startsWith('https:'),
    },
  })
  await app.listen({ port: config.port, host: config.host }).catch(async (error: unknown) => {
    await app.close()
    throw portTaken(error, config.port, 'PORT')
  })
  return async () => {
    stopping.abort()
    await app.close()
  }
}

function portTaken(error: unknown, port: number, variable: string): unknown {
  if ((error as { code?: unknown }).code !== 'EADDRINUSE') return error
  return new FluxoError('SETUP_FAILED', {
    field: variable,
    message: `port ${port} is in use by another program; set ${variable} to a free one`,
  })
}

/** A host for listening on every address is no address to go to. */
function localHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
