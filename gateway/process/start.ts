// One process of FluxoLab from its configuration: database, sandbox, runtime, gateway, in this order.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  type Config,
  createRuntime,
  type Demo,
  type Installation,
  type Logger,
  prepareInstallation,
  type Runtime,
  type Sandbox,
  createTeardown,
  type Teardown,
} from '#runtime/index.ts'
import { buildApp } from '../app.ts'
import type { App } from '../context.ts'
import { listen, tryPort } from './listen.ts'
import { prepareDemo, startSandbox, trySandboxPort } from './sandbox.ts'

export interface Started {
  /** Where the gateway listens. */
  url: string
  runtime: Runtime
  installation: Installation
  /** Null where messages go to the real provider. */
  sandbox: Sandbox | null
  /** Null where there is no demo tenant. */
  demo: Demo | null
  stop(): Promise<void>
}

export interface StartOptions {
  logger: Logger
  /** Told in a few words what is done or takes a moment. */
  onProgress: (text: string) => void
}

const WEB_DIST = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** @throws {FluxoError} SETUP_FAILED, DATABASE_UNAVAILABLE; what was already started is stopped again */
export async function startProcess(config: Config, options: StartOptions): Promise<Started> {
  const teardown = createTeardown()
  try {
    return await startParts(config, options, teardown)
  } catch (error) {
    await teardown.run().catch((failure: unknown) => {
      options.logger.warn({ err: failure }, 'a part did not stop cleanly')
    })
    throw error
  }
}

async function startParts(
  config: Config,
  { logger, onProgress }: StartOptions,
  teardown: Teardown,
): Promise<Started> {
  await tryPort(config)
  await trySandboxPort(config)
  const installation = await prepareInstallation(config, onProgress)
  teardown.add(() => installation.stop())
  const sandbox = await startSandbox(config, teardown)
  if (sandbox) onProgress(`sandbox at ${sandbox.url}`)
  const demo = await prepareDemo(config, installation, sandbox)
  if (demo) onProgress('demo tenant is ready')
  const runtime = await createRuntime({
    databaseUrl: installation.databaseUrl,
    redisUrl: config.redisUrl,
    masterKey: installation.secrets.masterKey,
    role: config.role,
    // Without either this process sends nothing.
    whatsapp: {
      graphUrl: config.whatsappGraphUrl ?? sandbox?.url ?? '',
      version: config.whatsappGraphVersion,
    },
    providerUrls: { ...sandbox?.providerUrls, ...config.providerUrls },
    geminiSdk: config.geminiSdk,
    publicUrl: config.publicUrl,
    sandboxUrl: sandbox?.url,
    mailServer: await mailServerOf(config),
    egressAllow: [...config.egressAllow, ...(sandbox?.hosts ?? [])],
    leaseSeconds: config.leaseSeconds,
    uncertainSeconds: config.uncertainSeconds,
    stateCacheMb: config.stateCacheMb,
    dedupeDays: config.dedupeDays,
    mediaDays: config.mediaDays,
    isAlone: installation.isEmbedded,
    isDispatchPaused: config.dispatchPaused,
    dataDir: config.dataDir,
    logger,
  })
  teardown.add(() => runtime.stop())
  const stopping = new AbortController()
  const app = await buildApp({
    runtime,
    config: {
      jwtSecret: installation.secrets.jwtSecret,
      publicUrl: config.publicUrl,
      webDist: WEB_DIST,
      secureCookies: config.publicUrl.startsWith('https:'),
    },
    logger,
    part: config.role === 'worker' ? 'health' : 'all',
    stopping: stopping.signal,
  })
  teardown.add(() => closeApp(app))
  teardown.add(() => stopping.abort())
  const url = await listen(app, config)
  const { checks } = await runtime.health.ready()
  if (checks['dispatch'])
    onProgress(`${checks['dispatch'].detail}; see ${config.publicUrl}/deliveries`)
  return { url, runtime, installation, sandbox, demo, stop: () => teardown.run() }
}

/** @throws {Error} with Node's code when a file cannot be read */
async function mailServerOf({ smtpPort: port, smtpTls, host }: Config) {
  if (port === 0) return undefined
  if (!smtpTls) return { port, host }
  const [key, cert] = await Promise.all([
    readFile(smtpTls.key, 'utf8'),
    readFile(smtpTls.cert, 'utf8'),
  ])
  return { port, host, tls: { key, cert } }
}

/** Requests in progress may finish in this time. */
const CLOSE_MS = 5_000

async function closeApp(app: App): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}
