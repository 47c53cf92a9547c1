import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseWhatsAppWebhook, readWhatsAppWebhook } from '../connectors/whatsapp/inbound.ts'
import { verifyWhatsAppSignature } from '../connectors/whatsapp/verify.ts'
import { createSandbox, type Sandbox, type SandboxMessage } from './sandbox.ts'

interface Hook {
  headers: IncomingHttpHeaders
  raw: Buffer
}

/** The owner of the number: records webhooks, answers what the test says. */
let hooks: Hook[]
let hookStatus: number[]
let owner: Server
let arrived: () => void
let sandbox: Sandbox
let storeDir: string

const DELAYS = { sent: 5, delivered: 10, read: 15 }
const SECRET = 'app-secret'

beforeEach(async () => {
  hooks = []
  hookStatus = []
  arrived = () => {}
  owner = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(hookStatus.shift() ?? 200).end()
      hooks.push({ headers: request.headers, raw: Buffer.concat(chunks) })
      arrived()
    })
  })
  await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve))
  storeDir = await mkdtemp(join(tmpdir(), 'fluxo-sandbox-'))
  sandbox = await start()
})

afterEach(async () => {
  await sandbox.close()
  owner.closeAllConnections()
  await new Promise((resolve) => owner.close(resolve))
  await rm(storeDir, { recursive: true })
})

async function start(): Promise<Sandbox> {
  const made = await createSandbox({ port: 0, host: '127.0.0.1', storeDir, statusDelays: DELAYS })
  made.register({
    phoneNumberId: '1001',
    accessToken: 'token',
    appSecret: SECRET,
    webhookUrl: hookUrl(),
  })
  return made
}

function hookUrl(): string {
  return `http://127.0.0.1:${(owner.address() as AddressInfo).port}/webhooks/whatsapp`
}

async function hooksReach(count: number): Promise<void> {
  while (hooks.length < count) await new Promise<void>((resolve) => (arrived = resolve))
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(sandbox.url + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as JsonReply,
  }
}
async function get(path: string): Promise<{ items: JsonReply[] }> {
  return (await (await fetch(sandbox.url + path)).json()) as { items: JsonReply[] }
}
type JsonReply = Record<string, unknown> & { error?: unknown }

const SEND = {
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '5531999999999',
  type: 'text',
  text: { body: 'Oi' },
  biz_opaque_callback_data: 'eff_1',
}
const send = (changed: object = {}, token = 'token') =>
  post('/v24.0/1001/messages', { ...SEND, ...changed }, { authorization: `Bearer ${token}` })
const script = (answers: object[], extra: object = {}) =>
  post('/script', { provider: 'whatsapp', answers, ...extra })

/** Webhooks as our own connector reads them. */
function readHooks() {
  return hooks.flatMap(({ raw, headers }) => {
    verifyWhatsAppSignature(raw, headers['x-hub-signature-256'], [SECRET])
    const read = readWhatsAppWebhook(parseWhatsAppWebhook(raw), {
      now: new Date(),
      resolveChannel: () => 'chn_1',
    })
    expect(read.ignored).toEqual([])
    return read.arrivals
  })
}
const statuses = () =>
  readHooks().map((arrival) => (arrival.type === 'status' ? arrival.status : arrival.kind))

describe('sending', () => {
  it('answers with a wamid and reports sent, delivered and read, signed, with the effect id', async () => {
    const seen: SandboxMessage[] = []
    sandbox.onMessage((message) => seen.push(message))
    const reply = await send()
    expect(reply).toMatchObject({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '5531999999999', wa_id: '5531999999999' }],
        messages: [{ id: expect.stringMatching(/^wamid\./) }],
      },
    })
    await hooksReach(3)
    expect(statuses().toSorted()).toEqual(['delivered', 'read', 'sent'])
    for (const arrival of readHooks())
      expect(arrival).toMatchObject({ effectId: 'eff_1', channelId: 'chn_1' })
    expect(seen).toMatchObject([
      { direction: 'out', phone: '+5531999999999', kind: 'text', text: 'Oi' },
    ])
  })

  it('lists what it accepted, by number in either form, and what it refused', async () => {
    await send()
    await send({ to: '5511988887777' })
    await send({ text: {} })
    const { items } = await get(`/whatsapp/messages?to=${encodeURIComponent('+553199999999')}`)
    expect(items).toMatchObject([
      { to: '5531999999999', effectId: 'eff_1', kind: 'text', text: 'Oi', body: SEND },
    ])
    expect((await get('/whatsapp/messages')).items).toHaveLength(2)
    expect((await get('/whatsapp/arrivals')).items.map(({ answer }) => answer)).toEqual([
      200, 200, 400,
    ])
  })

  it('answers a waiting script as soon as enough is there', async () => {
    const waiting = get('/whatsapp/messages?to=5531999999999&atLeast=2&waitMs=5000')
    await send()
    await send()
    expect((await waiting).items).toHaveLength(2)
  })

  it('refuses a wrong token as Meta does', async () => {
    expect(await send({}, 'old')).toMatchObject({ status: 401, body: { error: { code: 190 } } })
    expect((await get('/whatsapp/arrivals')).items).toMatchObject([{ wamid: null, error: 190 }])
  })

  it.each([
    ['another product', { messaging_product: 'sms' }, 400, 100],
    ['no recipient', { to: undefined }, 400, 131008],
    ['a recipient that is no number', { to: 'ana' }, 400, 100],
    ['no text', { text: {} }, 400, 131008],
    ['a long text', { text: { body: 'x'.repeat(4097) } }, 400, 100],
    ['an unknown type', { type: 'telegram' }, 400, 100],
    ['a template without language', { type: 'template', template: { name: 'a' } }, 400, 131008],
    ['long callback data', { biz_opaque_callback_data: 'x'.repeat(513) }, 400, 100],
  ])('refuses %s as Meta does', async (_name, changed, status, code) => {
    const reply = await send(changed)
    expect(reply).toMatchObject({
      status,
      body: { error: { code, error_data: { details: expect.any(String) } } },
    })
    expect((await get('/whatsapp/arrivals')).items).toMatchObject([{ wamid: null, error: code }])
  })

  it('checks templates where the number has a list of them', async () => {
    sandbox.register({
      phoneNumberId: '1001',
      accessToken: 'token',
      appSecret: SECRET,
      webhookUrl: hookUrl(),
      templates: [{ name: 'boas_vindas', language: 'pt_BR', body: 'Olá {{1}}, aqui está {{2}}.' }],
    })
    const template = (name: string, ...texts: string[]) => ({
      type: 'template',
      template: {
        name,
        language: { code: 'pt_BR' },
        components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }],
      },
    })
    expect((await send(template('outro'))).body.error).toMatchObject({ code: 132001 })
    expect((await send(template('boas_vindas', 'Ana'))).body.error).toMatchObject({ code: 132000 })
    expect((await send(template('boas_vindas', 'Ana', '30% OFF'))).status).toBe(200)
    expect((await get('/whatsapp/messages')).items).toMatchObject([
      { text: 'Olá Ana, aqui está 30% OFF.' },
    ])
  })
})

describe('scripts', () => {
  it('lay out answers in order, for the sends that match', async () => {
    await script([{ status: 429, retryAfter: 3 }, { error: 131047 }, { ok: true }], {
      match: { to: '+55 31 99999-9999', kind: 'whatsapp.send_text' },
    })
    expect((await send({ to: '5511988887777' })).status).toBe(200)
    const limited = await send()
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('3')
    expect((await send()).body.error).toMatchObject({ code: 131047 })
    expect((await send()).status).toBe(200)
    expect((await send()).status).toBe(200)
  })

  it('repeat an answer, are replaced by the next and shuffled by a seed', async () => {
    expect((await script([{ status: 500, times: 3 }])).body).toEqual({ waiting: 3 })
    expect((await script([])).body).toEqual({ waiting: 0 })
    expect((await send()).status).toBe(200)
    const mixed = [
      { status: 500, times: 4 },
      { ok: true, times: 4 },
    ]
    const run = async (): Promise<number[]> => {
      await script(mixed, { seed: 7 })
      const results: number[] = []
      for (let index = 0; index < 8; index += 1) results.push((await send()).status)
      return results
    }
    const first = await run()
    expect(first).not.toEqual([500, 500, 500, 500, 200, 200, 200, 200])
    expect(await run()).toEqual(first)
  })

  it('reset the socket before or after the message was taken', async () => {
    await script([{ reset: 'before' }, { reset: 'after' }])
    await expect(send()).rejects.toThrow('fetch failed')
    expect((await get('/whatsapp/messages')).items).toHaveLength(0)
    await expect(send()).rejects.toThrow('fetch failed')
    expect((await get('/whatsapp/messages')).items).toHaveLength(1)
    expect((await get('/whatsapp/arrivals')).items.map(({ answer }) => answer)).toEqual([
      'reset before',
      'reset after',
    ])
    await hooksReach(3)
    expect(readHooks()).toMatchObject([
      { effectId: 'eff_1' },
      { effectId: 'eff_1' },
      { effectId: 'eff_1' },
    ])
  })

  it('duplicate statuses', async () => {
    await script([{ duplicateStatuses: 3 }])
    await send()
    await hooksReach(9)
    expect(statuses().filter((status) => status === 'read')).toHaveLength(3)
  })

  it('reorder and delay statuses', async () => {
    await script([{ reorderStatuses: true, delayStatuses: 60 }])
    const started = performance.now()
    await send()
    await hooksReach(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(60)
    await hooksReach(3)
    expect(statuses()).toEqual(['read', 'delivered', 'sent'])
  })

  it('accept a message and report it as failed later', async () => {
    await script([{ failStatus: 131026 }])
    expect((await send()).status).toBe(200)
    await hooksReach(2)
    expect(readHooks()).toContainEqual(
      expect.objectContaining({
        status: 'failed',
        error: expect.objectContaining({ code: 'WHATSAPP_131026' }),
      }),
    )
  })

  it.each([
    [{ provider: 'telegram', answers: [] }, /provider/],
    [{ provider: 'whatsapp' }, /answers/],
    [{ provider: 'whatsapp', answers: [{}] }, /what to do/],
    [{ provider: 'whatsapp', answers: [{ status: 200 }] }, /answers\.0\.status/],
    [{ provider: 'whatsapp', answers: [{ explode: true }] }, /explode/],
    ['{', /JSON/],
  ])('that make no sense are refused with a sentence: %j', async (body, sentence) => {
    const reply = await post('/script', body)
    expect(reply.status).toBe(400)
    expect(reply.body.error).toMatch(sentence)
  })
})

describe('writing as the contact', () => {
  it("posts a signed webhook and tells the owner's status", async () => {
    const reply = await post('/whatsapp/inbound', {
      from: '+55 31 9999-9999',
      text: 'Quero!',
      name: 'Ana',
    })
    expect(reply).toMatchObject({
      status: 200,
      body: { status: 200, id: expect.stringMatching(/^wamid/) },
    })
    expect(readHooks()).toMatchObject([
      { type: 'message', text: 'Quero!', profileName: 'Ana', address: { phone: '+5531999999999' } },
    ])
  })

  it('sends other kinds, and the same message twice', async () => {
    const message = { type: 'button', button: { payload: 'p', text: 'Sim' } }
    await post('/whatsapp/inbound', { from: '553199999999', message, id: 'wamid.X' })
    await post('/whatsapp/inbound', { from: '553199999999', message, id: 'wamid.X' })
    expect(readHooks()).toMatchObject([
      { kind: 'button', text: 'Sim', dedupeKey: 'wa:1001:msg:wamid.X' },
      { kind: 'button', text: 'Sim', dedupeKey: 'wa:1001:msg:wamid.X' },
    ])
  })

  it('delivers again until the owner says 2xx', async () => {
    hookStatus = [503, 500]
    const reply = await post('/whatsapp/inbound', { from: '553199999999', text: 'Oi' })
    expect(reply.body).toMatchObject({ status: 503 })
    await hooksReach(3)
    expect(new Set(hooks.map(({ raw }) => raw.toString())).size).toBe(1)
  })

  it.each([
    [{ text: 'Oi' }, 400, /from/],
    [{ from: 'ana', text: 'Oi' }, 400, /from/],
    [{ from: '553199999999' }, 400, /either text or message/],
    [{ from: '553199999999', text: 'Oi', phoneNumberId: '9' }, 409, /registered/],
  ])('refuses %j with a sentence', async (body, status, sentence) => {
    const reply = await post('/whatsapp/inbound', body)
    expect(reply.status).toBe(status)
    expect(reply.body.error).toMatch(sentence)
  })
})

describe('the server', () => {
  it('registers numbers over HTTP, and says what is wrong with them', async () => {
    const number = {
      phoneNumberId: '1002',
      accessToken: 't2',
      appSecret: 's2',
      webhookUrl: hookUrl(),
    }
    expect((await post('/configure', number)).status).toBe(200)
    expect((await post('/v25.0/1002/messages', SEND, { authorization: 'Bearer t2' })).status).toBe(
      200,
    )
    const wrong = await post('/configure', { ...number, webhookUrl: 'ftp://x' })
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/webhookUrl/) },
    })
    expect(() => sandbox.register({ ...number, accessToken: '' })).toThrow(/accessToken/)
  })

  it('answers what it does not know with a sentence', async () => {
    expect((await fetch(`${sandbox.url}/nowhere`)).status).toBe(404)
    expect((await fetch(`${sandbox.url}/script`)).status).toBe(405)
    expect((await post('/script', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413)
    expect((await post('/script', '{}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('says when its port is taken', async () => {
    const port = Number(new URL(sandbox.url).port)
    const other = await mkdtemp(join(tmpdir(), 'fluxo-sandbox-'))
    await expect(createSandbox({ port, host: '127.0.0.1', storeDir: other })).rejects.toMatchObject(
      { code: 'EADDRINUSE' },
    )
    await rm(other, { recursive: true })
  })
})

describe('memory', () => {
  it('survives a restart: messages stay, undelivered webhooks go on, delivered ones do not', async () => {
    hookStatus = Array<number>(100).fill(500)
    await send()
    await hooksReach(1)
    await sandbox.close()
    hookStatus = []
    hooks = []
    sandbox = await start()
    // One that was under way when it closed may come besides the three.
    while (new Set(statuses()).size < 3) await hooksReach(hooks.length + 1)
    expect(new Set(statuses())).toEqual(new Set(['sent', 'delivered', 'read']))
    expect((await get('/whatsapp/messages')).items).toHaveLength(1)
    await sandbox.close()
    hooks = []
    sandbox = await start()
    const inbound = await post('/whatsapp/inbound', { from: '553199999999', text: 'Oi' })
    expect(inbound.body).toMatchObject({ status: 200 })
    expect(statuses()).toEqual(['text'])
  })

  it('drops a torn last line and what is no record', async () => {
    await send()
    await hooksReach(3)
    await sandbox.close()
    const path = join(storeDir, 'whatsapp.jsonl')
    await appendFile(path, 'nonsense\n{"type":"arrival","arrival":{"id"')
    sandbox = await start()
    expect((await get('/whatsapp/messages')).items).toHaveLength(1)
    await send()
    await sandbox.close()
    sandbox = await start()
    expect((await get('/whatsapp/messages')).items).toHaveLength(2)
    expect(await readFile(path, 'utf8')).not.toContain('nonsense')
  })

  it('loses nothing that it answered when it is killed with -9', async () => {
    const program = join(storeDir, 'sandbox-process.mjs')
    const module = new URL('./sandbox.ts', import.meta.url).href
    const dir = join(storeDir, 'killed')
    await writeFile(
      program,
      `import { createSandbox } from ${JSON.stringify(module)}
       const options = { port: 0, host: '127.0.0.1', storeDir: ${JSON.stringify(dir)}, statusDelays: { sent: 60000, delivered: 60000, read: 60000 } }
       const sandbox = await createSandbox(options)
       sandbox.register({ phoneNumberId: '1001', accessToken: 'token', appSecret: '${SECRET}', webhookUrl: ${JSON.stringify(hookUrl())} })
       console.log(sandbox.url)`,
    )
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = `${line.toString().trim()}/v24.0/1001/messages`
    const answered: string[] = []
    const sender = (async () => {
      for (;;) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { authorization: 'Bearer token' },
          body: JSON.stringify({ ...SEND, biz_opaque_callback_data: `eff_${answered.length}` }),
        })
        answered.push(((await response.json()) as { messages: { id: string }[] }).messages[0]!.id)
        if (answered.length === 50) child.kill('SIGKILL')
      }
    })()
    await expect(sender).rejects.toThrow(/fetch failed|terminated/)
    const now = (): number => Date.now() + 61_000
    const again = await createSandbox({ port: 0, host: '127.0.0.1', storeDir: dir, now })
    const response = await fetch(`${again.url}/whatsapp/messages`)
    const { items } = (await response.json()) as { items: { id: string }[] }
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(answered))
    await hooksReach(items.length * 3)
    expect(readHooks()).toHaveLength(items.length * 3)
    await again.close()
  })
})
