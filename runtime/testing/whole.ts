// A whole runtime on a database of its own, with the sandbox as WhatsApp: everything but the gateway.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Runtime } from '../face.ts'
import { createRuntime, type RuntimeOptions } from '../runtime.ts'
import { createSandbox, type Sandbox, type SandboxMessage } from '../sandbox/sandbox.ts'
import { createTestLine, type TestLine } from './line.ts'
import { MASTER_KEY, publish, WHATSAPP_SECRETS } from './tenant.ts'
import { until } from './until.ts'
import { WELCOME } from './workflows.ts'

export interface WholeRuntime {
  line: TestLine
  runtime: Runtime
  sandbox: Sandbox
  /** Messages that the sandbox accepted, as they came. */
  accepted: SandboxMessage[]
  /** Another process of the same installation. */
  startAnother(given?: Partial<RuntimeOptions>): Promise<Runtime>
  /** Waits until no envelope and no effect is left. */
  workIsDone(meanwhile?: () => Promise<unknown>): Promise<void>
  stop(): Promise<void>
}

/** Starts it; the published workflow greets leads of the source `instagram`. */
export async function startWholeRuntime(
  given: Partial<RuntimeOptions> = {},
): Promise<WholeRuntime> {
  const line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-sandbox-'))
  const statusDelays = { sent: 5, delivered: 10, read: 20 }
  const sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir, statusDelays })
  const accepted: SandboxMessage[] = []
  sandbox.onMessage((message) => accepted.push(message))
  const startAnother = (more: Partial<RuntimeOptions> = {}): Promise<Runtime> =>
    createRuntime({
      databaseUrl: line.url,
      redisUrl: undefined,
      masterKey: MASTER_KEY,
      role: 'all',
      whatsapp: { graphUrl: sandbox.url, version: 'v24.0' },
      providerUrls: sandbox.providerUrls,
      egressAllow: sandbox.hosts,
      leaseSeconds: 10,
      uncertainSeconds: 60,
      isAlone: false,
      logger: line.logger,
      ...given,
      ...more,
    })
  const runtime = await startAnother()
  const webhooks = createServer((request, response) => {
    answer(runtime, request).then(
      () => response.writeHead(200).end(),
      () => response.writeHead(503).end(),
    )
  })
  await once(webhooks.listen(0, '127.0.0.1'), 'listening')
  const { port } = webhooks.address() as AddressInfo
  const { phoneNumberId } = line.tenant
  const { accessToken, appSecret } = WHATSAPP_SECRETS
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/whatsapp`
  sandbox.register({ phoneNumberId, accessToken, appSecret, webhookUrl })
  const workIsDone = (meanwhile = () => Promise.resolve<unknown>(null)): Promise<void> =>
    until(
      'no envelope and no effect is left',
      async () => {
        await meanwhile()
        const left = await line.rows('select 1 from mailbox union all select 1 from outbox')
        return left.length === 0
      },
      60_000,
    )
  const stop = async (): Promise<void> => {
    await runtime.stop()
    await sandbox.close()
    webhooks.closeAllConnections()
    webhooks.close()
    rmSync(storeDir, { recursive: true, force: true })
    await line.close()
  }
  return { line, runtime, sandbox, accepted, startAnother, workIsDone, stop }
}

async function answer(runtime: Runtime, request: IncomingMessage): Promise<void> {
  const rawBody = await buffer(request)
  await runtime.webhooks.whatsapp({ rawBody, headers: request.headers })
}
