// The sandbox of this process, and the demo tenant that uses it.

import { join } from 'node:path'
import {
  type Config,
  createSandbox,
  type Demo,
  demoTemplates,
  type Installation,
  type Sandbox,
  seedDemo,
} from '#runtime/index.ts'
import { explain } from './listen.ts'
import type { Teardown } from './stop.ts'

const HOST = '127.0.0.1'
const PORT = 3001

/** Starts the sandbox where the configuration wants one; a port that was not asked for may be any. */
export async function startSandbox(config: Config, teardown: Teardown): Promise<Sandbox | null> {
  if (!config.sandbox || config.role === 'gateway') return null
  const storeDir = join(config.dataDir, 'sandbox')
  const start = (port: number): Promise<Sandbox> => createSandbox({ port, host: HOST, storeDir })
  const sandbox =
    config.sandboxPort === 0
      ? await start(PORT).catch(() => start(0))
      : await start(config.sandboxPort).catch((error: unknown) => {
          throw explain(error, { host: HOST, port: config.sandboxPort }, 'SANDBOX_PORT')
        })
  teardown.add(() => sandbox.close())
  return sandbox
}

/** Makes the demo tenant and registers its number with the sandbox. */
export async function prepareDemo(
  config: Config,
  installation: Installation,
  sandbox: Sandbox | null,
): Promise<Demo | null> {
  if (!config.demo) return null
  const demo = await seedDemo({
    databaseUrl: installation.databaseUrl,
    masterKey: installation.secrets.masterKey,
    dataDir: config.dataDir,
    baseUrl: config.publicUrl,
    sandboxUrl: sandbox?.url ?? null,
  })
  const { phoneNumberId, accessToken, appSecret } = demo
  const webhookUrl = `http://${localHost(config.host)}:${config.port}/webhooks/whatsapp`
  sandbox?.register({
    phoneNumberId,
    accessToken,
    appSecret,
    webhookUrl,
    templates: demoTemplates(),
  })
  return demo
}

/** A host for listening on every address is no address to go to. */
function localHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return HOST
  return host.includes(':') ? `[${host}]` : host
}
