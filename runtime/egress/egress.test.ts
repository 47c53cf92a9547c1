import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import {
  createEgress,
  type Egress,
  type EgressOptions,
  type EgressRequest,
  wasNotSent,
} from './egress.ts'
import type { Resolve } from './guarded-connect.ts'

/** A server that must never be reached, or that answers what the test at hand says. */
interface Canary {
  port: number
  connections: number
  requests: IncomingMessage[]
  answer: (request: IncomingMessage, response: ServerResponse) => void
  server: Server
}

const canaries: Canary[] = []
const opened: Egress[] = []

async function startCanary(host: string): Promise<Canary> {
  const server = createServer((request, response) => {
    canary.requests.push(request)
    canary.answer(request, response)
  })
  const canary: Canary = {
    port: 0,
    connections: 0,
    requests: [],
    answer: (_request, response) => response.end('reached'),
    server,
  }
  server.on('connection', () => (canary.connections += 1))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  canary.port = (server.address() as AddressInfo).port
  canaries.push(canary)
  return canary
}

let canary: Canary
let canary6: Canary

beforeAll(async () => {
  canary = await startCanary('0.0.0.0')
  canary6 = await startCanary('::1')
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((egress) => egress.close()))
  for (const { server } of canaries) server.closeAllConnections()
  for (const one of canaries) {
    one.connections = 0
    one.requests = []
    one.answer = (_request, response) => response.end('reached')
  }
})

afterAll(async () => {
  await Promise.all(canaries.map(({ server }) => new Promise((resolve) => server.close(resolve))))
})

function egress(options: Partial<EgressOptions> = {}): Egress {
  const ports = [canary.port, canary6.port]
  const made = createEgress({ allow: [], ports, ...options })
  opened.push(made)
  return made
}

async function failure(request: EgressRequest, using = egress()): Promise<FluxoError> {
  try {
    await using.request({ timeoutMs: 3000, ...request })
  } catch (error) {
    if (isFluxoError(error)) return error
    throw error
  }
  throw new Error('The request was let through')
}

const answering =
  (...addresses: string[]): Resolve =>
  (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }

describe('SSRF guard', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://127.255.0.9:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0x7f000001:PORT/',
    'http://017700000001:PORT/',
    'http://0177.0.0.01:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://１２７.０.０.１:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://127。0。0。1:PORT/',
    'http://%31%32%37.0.0.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://[::]:PORT/',
    'http://[::1]:PORT6/',
    'http://[0:0:0:0:0:0:0:1]:PORT6/',
    'http://[fe80::1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://a.localhost:PORT/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://168.63.129.16/',
    'http://metadata.google.internal/',
    'http://metadata.google.internal./',
    'http://user:pass@93.184.215.14/',
    'http://user@93.184.215.14/',
    'http://93.184.215.14@127.0.0.1:PORT/',
    'http://93.184.215.14:25/',
    'http://93.184.215.14:5432/',
    'https://93.184.215.14:6379/',
    'http://93.184.215.14:0/',
    'ftp://93.184.215.14/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/_x',
    'data:text/plain,x',
    'javascript:alert(1)',
    '//93.184.215.14/',
    'http://',
    '',
  ])('blocks %s before anything is sent', async (address) => {
    const url = address.replace('PORT6', String(canary6.port)).replace('PORT', String(canary.port))
    const error = await failure({ url })
    expect(error.code).toBe('EGRESS_BLOCKED')
    expect(wasNotSent(error)).toBe(true)
    expect(canary.connections + canary6.connections).toBe(0)
  })

  it.each([
    ['a private address', ['127.0.0.1']],
    ['a mapped private address', ['::ffff:127.0.0.1']],
    ['a private IPv6 address', ['::1']],
    ['public and private addresses', ['93.184.215.14', '127.0.0.1']],
    ['no address', []],
  ])('blocks a name that resolves to %s', async (_name, addresses) => {
    const guarded = egress({ resolve: answering(...addresses) })
    for (const host of ['example.com', 'example.com.']) {
      const error = await failure({ url: `http://${host}:${canary.port}/` }, guarded)
      expect(error.code).toBe('EGRESS_BLOCKED')
      expect(wasNotSent(error)).toBe(true)
    }
    expect(canary.connections + canary6.connections).toBe(0)
  })

  it('judges the address it connects to, so a name that changes its mind is blocked', async () => {
    let asked = 0
    const rebinding: Resolve = (hostname, options, callback) => {
      asked += 1
      // A public address where nothing listens for us, then the canary.
      if (asked === 1) callback(Object.assign(new Error('try later'), { code: 'EAI_AGAIN' }), [])
      else answering('127.0.0.1')(hostname, options, callback)
    }
    const guarded = egress({ resolve: rebinding })
    const url = `http://rebind.example:${canary.port}/`
    expect((await failure({ url }, guarded)).code).toBe('EGRESS_UNREACHABLE')
    expect((await failure({ url }, guarded)).code).toBe('EGRESS_BLOCKED')
    expect((await failure({ url }, guarded)).code).toBe('EGRESS_BLOCKED')
    expect(asked).toBe(3)
    expect(canary.connections).toBe(0)
  })

  it('lets a listed host and port through, and only by that name', async () => {
    const allow = [`127.0.0.1:${canary.port}`]
    const guarded = egress({ allow, resolve: answering('127.0.0.1') })
    const response = await guarded.request({ url: `http://127.0.0.1:${canary.port}/x?y=1` })
    expect(response).toMatchObject({ status: 200, body: Buffer.from('reached') })
    expect(canary.requests[0]?.url).toBe('/x?y=1')
    for (const host of ['localhost', 'example.com', '127.0.0.2']) {
      expect((await failure({ url: `http://${host}:${canary.port}/` }, guarded)).code).toBe(
        'EGRESS_BLOCKED',
      )
    }
    expect((await failure({ url: `http://127.0.0.1:${canary6.port}/` }, guarded)).code).toBe(
      'EGRESS_BLOCKED',
    )
    expect(canary.requests).toHaveLength(1)
  })

  it('refuses headers that frame the message or break out of their line', async () => {
    const guarded = egress({ allow: [`127.0.0.1:${canary.port}`] })
    const url = `http://127.0.0.1:${canary.port}/`
    for (const headers of [
      { Host: 'internal' },
      { 'Transfer-Encoding': 'chunked' },
      { a: 'x\r\nb: y' },
    ]) {
      const error = await failure({ url, headers }, guarded)
      expect(error.code).toBe('REQUEST_INVALID')
      expect(wasNotSent(error)).toBe(true)
    }
    expect(canary.requests).toHaveLength(0)
  })
})

describe('redirects', () => {
  const allowCanary = (): Egress => egress({ allow: [`127.0.0.1:${canary.port}`] })
  const redirectTo = (location: string, status = 302): void => {
    canary.answer = (request, response) => {
      if (request.url === '/end')
        response.end(`${request.method} ${request.headers.authorization ?? 'none'}`)
      else response.writeHead(status, { location }).end()
    }
  }

  it('are answers unless they are asked for', async () => {
    redirectTo('/end')
    const response = await allowCanary().request({ url: `http://127.0.0.1:${canary.port}/` })
    expect(response.status).toBe(302)
  })

  it.each([
    'http://[::1]:PORT6/',
    'http://localhost:PORT/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
    '//10.0.0.1/',
    'http://user@93.184.215.14/',
  ])('to %s are blocked, and the first hop counts as sent', async (location) => {
    redirectTo(location.replace('PORT6', String(canary6.port)).replace('PORT', String(canary.port)))
    const url = `http://127.0.0.1:${canary.port}/`
    const error = await failure({ url, maxRedirects: 3 }, allowCanary())
    expect(error.code).toBe('EGRESS_BLOCKED')
    expect(wasNotSent(error)).toBe(false)
    expect(canary6.connections).toBe(0)
  })

  it('are followed up to the limit', async () => {
    canary.answer = (request, response) => {
      const hop = Number(request.url?.slice(1))
      if (hop === 3) response.end('end')
      else response.writeHead(302, { location: `/${hop + 1}` }).end()
    }
    const guarded = allowCanary()
    const url = `http://127.0.0.1:${canary.port}/0`
    expect((await guarded.request({ url, maxRedirects: 3 })).body.toString()).toBe('end')
    expect((await guarded.request({ url, maxRedirects: 2 })).status).toBe(302)
  })

  it('turn a POST into a GET, except 307 and 308', async () => {
    const url = `http://127.0.0.1:${canary.port}/`
    const post = {
      url,
      method: 'POST',
      body: 'x',
      headers: { authorization: 'Bearer t' },
      maxRedirects: 1,
    }
    redirectTo('/end', 303)
    expect((await allowCanary().request(post)).body.toString()).toBe('GET Bearer t')
    redirectTo('/end', 307)
    expect((await allowCanary().request(post)).body.toString()).toBe('POST Bearer t')
  })

  it('leave credentials with their origin', async () => {
    redirectTo(`http://[::1]:${canary6.port}/`)
    canary6.answer = (request, response) => response.end(request.headers.authorization ?? 'none')
    const guarded = egress({ allow: [`127.0.0.1:${canary.port}`, `[::1]:${canary6.port}`] })
    const response = await guarded.request({
      url: `http://127.0.0.1:${canary.port}/`,
      headers: { Authorization: 'Bearer t' },
      maxRedirects: 1,
    })
    expect(response.body.toString()).toBe('none')
  })
})

describe('what may have been received', () => {
  const url = (): string => `http://127.0.0.1:${canary.port}/`
  const open = (): Egress => egress({ allow: [`127.0.0.1:${canary.port}`, '127.0.0.1:1'] })

  it.each([200, 302, 404, 429, 500, 503])(
    'gives a %i as an answer with its headers',
    async (status) => {
      canary.answer = (_request, response) =>
        response.writeHead(status, { 'retry-after': '7' }).end('{}')
      const response = await open().request({ url: url(), method: 'POST', body: '{}' })
      expect(response).toMatchObject({ status, headers: { 'retry-after': '7' } })
    },
  )

  it('knows that a refused connection sent nothing', async () => {
    const error = await failure({ url: 'http://127.0.0.1:1/' }, open())
    expect(error.code).toBe('EGRESS_UNREACHABLE')
    expect(wasNotSent(error)).toBe(true)
  })

  it('knows that a name without address sent nothing', async () => {
    const resolve: Resolve = (_hostname, _options, callback) =>
      callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), [])
    const error = await failure({ url: 'http://nowhere.example/' }, egress({ resolve }))
    expect(error.code).toBe('EGRESS_UNREACHABLE')
    expect(error.message).toContain('ENOTFOUND')
  })

  it('knows that a resolver that hangs sent nothing', async () => {
    const error = await failure(
      { url: 'http://slow.example/', timeoutMs: 50 },
      createEgress({ allow: [], resolve: () => {} }),
    )
    expect(error.code).toBe('EGRESS_UNREACHABLE')
  })

  it('knows that an attempt aborted beforehand sent nothing', async () => {
    const error = await failure({ url: url(), signal: AbortSignal.abort() }, open())
    expect(error.code).toBe('EGRESS_UNREACHABLE')
    expect(canary.connections).toBe(0)
  })

  const interruptions: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['a reset after the request', (request) => (request.socket as Socket).resetAndDestroy()],
    ['a close after the request', (request) => request.socket.destroy()],
    [
      'a reset within the answer',
      (request, response) => {
        response
          .writeHead(200, { 'content-length': '10' })
          .write('12', () => request.socket.destroy())
      },
    ],
    ['bytes that are no HTTP', (request) => request.socket.end('nonsense\r\n\r\n')],
    ['a hang', () => {}],
    ['an answer that never ends', (_request, response) => void response.write('x')],
  ]
  it.each(interruptions)('calls %s uncertain', async (_name, answer) => {
    canary.answer = answer
    const error = await failure({ url: url(), method: 'POST', body: '{}', timeoutMs: 300 }, open())
    expect(error.code).toBe('EGRESS_INTERRUPTED')
    expect(wasNotSent(error)).toBe(false)
  })

  it('calls an abort in flight uncertain', async () => {
    const abort = new AbortController()
    canary.answer = () => abort.abort()
    const error = await failure({ url: url(), signal: abort.signal }, open())
    expect(error.code).toBe('EGRESS_INTERRUPTED')
  })

  it.each([
    [
      'says',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1001' }).end('x'.repeat(1001))
      },
    ],
    [
      'does not say',
      (_request: IncomingMessage, response: ServerResponse) => {
        for (let sent = 0; sent < 50; sent += 1) response.write('x'.repeat(1000))
      },
    ],
  ])('cuts an answer that is too large and %s so', async (_name, answer) => {
    canary.answer = answer
    const error = await failure({ url: url(), maxBytes: 1000 }, open())
    expect(error.code).toBe('EGRESS_TOO_LARGE')
    expect(wasNotSent(error)).toBe(false)
  })

  it('does not unpack what it was sent', async () => {
    canary.answer = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('bomb')
    expect((await open().request({ url: url() })).body.toString()).toBe('bomb')
  })
})
