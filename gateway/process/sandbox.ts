// The sandbox of this process, and the demo tenant that uses it.

import { join } from 'node:path'
import {
  type Config,
  createSandbox,
  DEMO_EMAIL_CHANNEL,
  type Demo,
  demoTemplates,
  type Installation,
  type Sandbox,
  seedDemo,
  type Teardown,
} from '#runtime/index.ts'
import { explain, tryPort } from './listen.ts'

const HOST = '127.0.0.1'
const PORT = 3001

/** A start whose sandbox would not get the port that was asked for fails at once. */
export async function trySandboxPort(config: Config): Promise<void> {
  if (!hasSandbox(config) || config.sandboxPort === 0) return
  await tryPort({ host: HOST, port: config.sandboxPort }, 'SANDBOX_PORT')
}

function hasSandbox({ sandbox, role }: Config): boolean {
  return sandbox && role !== 'gateway'
}

/** Starts the sandbox where the configuration wants one; a port that was not asked for may be any. */
export async function startSandbox(config: Config, teardown: Teardown): Promise<Sandbox | null> {
  if (!hasSandbox(config)) return null
  const storeDir = join(config.dataDir, 'sandbox')
  const start = (port: number): Promise<Sandbox> => createSandbox({ port, host: HOST, storeDir })
  const sandbox =
    config.sandboxPort === 0
      ? await start(config.port === PORT ? 0 : PORT).catch(() => start(0))
      : await start(config.sandboxPort).catch((error: unknown) => {
          throw explain(error, { host: HOST, port: config.sandboxPort }, 'SANDBOX_PORT')
        })
  teardown.add(() => sandbox.close())
  return sandbox
}

/** Makes the demo tenant and registers its number with the sandbox. Its webhooks are those of this process. */
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
  sandbox?.register({
    phoneNumberId,
    accessToken,
    appSecret,
    webhookUrl: new URL('/webhooks/whatsapp', localUrl(config)).href,
    templates: demoTemplates(),
  })
  if (sandbox) await registerMailbox(sandbox, { config, key: appSecret })
  return withLocalWebhooks(demo, config)
}

/** What is written to the demo tenant in the sandbox's mailbox comes as SendGrid brings mail. */
async function registerMailbox(
  sandbox: Sandbox,
  { config, key }: { config: Config; key: string },
): Promise<void> {
  const url = new URL(`/webhooks/email/${DEMO_EMAIL_CHANNEL}`, localUrl(config))
  url.searchParams.set('key', key)
  const account = { id: 'sandbox', provider: 'smtp', inbound: { via: 'sendgrid', url: url.href } }
  await fetch(new URL('/email/configure', sandbox.url), {
    method: 'POST',
    body: JSON.stringify(account),
  })
}

/** The public address is for the outside world; this process may not be able to reach itself by it. */
export function withLocalWebhooks(demo: Demo, config: Pick<Config, 'host' | 'port'>): Demo {
  const localOf = (address: string): string => {
    const { pathname, search } = new URL(address)
    return new URL(`${pathname}${search}`, localUrl(config)).href
  }
  return { ...demo, leadsUrl: localOf(demo.leadsUrl), eventsUrl: localOf(demo.eventsUrl) }
}

function localUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  return `http://${localHost(host)}:${port}`
}

/** A host for listening on every address is no address to go to. */
function localHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return HOST
  return host.includes(':') ? `[${host}]` : host
}
