// What everything in the browser is measured on: our gateway with the built web app in front of the bench's database, the
// empty canvas of the drawing library beside it, and a Chromium that renders in software.

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build, type InlineConfig } from 'vite'
import { buildApp } from '../../gateway/app.ts'
import { createPool } from '../../runtime/db/pool.ts'
import { createLogger, createRuntime } from '../../runtime/index.ts'
import { launchBrowser } from '../../runtime/testing/browser.ts'
import {
  createTenant,
  MASTER_KEY,
  PASSWORD,
  type TestTenant,
} from '../../runtime/testing/tenant.ts'
import type { Ground } from '../lib/ground.ts'

export interface Stage {
  browser: Browser
  /** Of our gateway. */
  url: string
  /** Of the empty canvas of the library. */
  bareUrl: string
  tenant: TestTenant
  pool: ReturnType<typeof createPool>
  /** Folder of the built web app. */
  webDist: string
  /** Saves a draft. */
  put(document: { id: string }): Promise<void>
  /** A page of ours, signed in, at a path. */
  open(path: string, as?: { browser?: Browser; tenant?: TestTenant }): Promise<Page>
  stop(): Promise<void>
}

const VIEWPORT = { width: 1440, height: 900 }
const ROOT = join(import.meta.dirname, '../..')

export async function openStage(ground: Ground): Promise<Stage> {
  const webDist = process.env['WEB_DIST'] ?? (await buildInto(ground, 'web', join(ROOT, 'web')))
  const bareDist = await buildInto(ground, 'bare', join(import.meta.dirname, 'bare'))
  const databaseUrl = await ground.createSchema('bench_web')
  const pool = createPool(databaseUrl, { max: 4, name: 'bench', statementTimeout: 60_000 })
  const tenant = await createTenant(pool)
  const gateway = await startGateway(databaseUrl, webDist)
  const bare = await serve(bareDist)
  const browser = await openBrowser()
  const session = await signIn(gateway.url, tenant)
  return {
    browser,
    url: gateway.url,
    bareUrl: bare.url,
    tenant,
    pool,
    webDist,
    put: async (document) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${session}` }
      const body = JSON.stringify(document)
      const reply = await fetch(`${gateway.url}/api/workflows`, { method: 'POST', headers, body })
      if (!reply.ok) throw new Error(`the draft was refused: ${await reply.text()}`)
    },
    open: (path, as = {}) =>
      openPage(as.browser ?? browser, gateway.url + path, as.tenant ?? tenant),
    stop: async () => {
      await browser.close()
      await bare.stop()
      await gateway.stop()
      await pool.end()
    },
  }
}

/** @throws {Error} where there is no Chromium */
export async function openBrowser(): Promise<Browser> {
  const browser = await launchBrowser()
  if (!browser) throw new Error('there is no Chromium on this machine')
  return browser
}

async function openPage(browser: Browser, url: string, { email }: TestTenant): Promise<Page> {
  const context = await browser.newContext({ locale: 'pt-BR', viewport: VIEWPORT })
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('input[type=email]').fill(email)
  await page.locator('input[type=password]').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL(url)
  return page
}

async function buildInto({ folder }: Ground, name: string, root: string): Promise<string> {
  const outDir = join(folder, name)
  const config: InlineConfig = { root, logLevel: 'error', build: { outDir, emptyOutDir: true } }
  await build(config)
  return outDir
}

async function startGateway(databaseUrl: string, webDist: string) {
  const logger = createLogger('silent')
  const runtime = await createRuntime({
    databaseUrl,
    redisUrl: undefined,
    masterKey: MASTER_KEY,
    role: 'gateway',
    whatsapp: { graphUrl: '', version: 'v24.0' },
    egressAllow: [],
    leaseSeconds: 10,
    uncertainSeconds: 2,
    isAlone: true,
    logger,
  })
  const app = await buildApp({
    runtime,
    logger,
    config: {
      jwtSecret: MASTER_KEY.toString('hex'),
      publicUrl: 'http://127.0.0.1',
      webDist,
      secureCookies: false,
    },
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const stop = async (): Promise<void> => {
    await app.close()
    await runtime.stop()
  }
  return { url, stop }
}

async function signIn(url: string, { email }: TestTenant): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ email, password: PASSWORD })
  const reply = await fetch(`${url}/api/session`, { method: 'POST', headers, body })
  return ((await reply.json()) as { token: string }).token
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

/** The files of a folder. */
async function serve(folder: string) {
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname === '/' ? '/index.html' : pathname
    const file = createReadStream(join(folder, path))
    file.on('error', () => void reply.writeHead(404).end())
    reply.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
    file.pipe(reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
