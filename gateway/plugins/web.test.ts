// The web app's files, its one page for people, and errors for programs.

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../testing/gateway.ts'

let folder: string
let gateway: Gateway
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fluxo-web-'))
  const dist = join(folder, 'dist')
  mkdirSync(join(dist, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(dist, '.env'), 'secret')
  writeFileSync(join(dist, 'index.html'), '<title>the app</title>')
  writeFileSync(join(dist, 'boot.js'), 'boot()')
  writeFileSync(join(dist, 'assets/main-abc123.js'), 'main()')
  gateway = await createGateway({ webDist: dist })
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = { accept: 'text/html,*/*' }) =>
  gateway.app.inject({ url, headers })

describe('pages', () => {
  it.each(['/', '/workflows/wf_1', '/contacts/cnt_1?tab=messages', '/index.html'])(
    '%s is the app, never from a cache alone',
    async (url) => {
      const reply = await get(url)
      expect([reply.statusCode, reply.body]).toEqual([200, '<title>the app</title>'])
      expect(reply.headers['cache-control']).toBe('public, max-age=0')
      expect(reply.headers['content-security-policy']).toContain("default-src 'self'")
      expect(reply.headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    },
  )

  it('are for navigation only', async () => {
    expect((await get('/workflows', { accept: 'application/json' })).statusCode).toBe(404)
    expect(
      (await get('/workflows', { accept: 'text/html', 'sec-fetch-mode': 'cors' })).statusCode,
    ).toBe(404)
    const post = await gateway.app.inject({ method: 'POST', url: '/workflows', payload: {} })
    expect(post.statusCode).toBe(404)
    for (const url of ['/api/x', '/webhooks/x', '/health/x', '/api', '/live/x']) {
      expect((await get(url)).json().error.code).toBe('RESOURCE_NOT_FOUND')
    }
  })

  it('say so when the app was not built', async () => {
    const own = await createGateway()
    const reply = await own.app.inject({ url: '/', headers: { accept: 'text/html' } })
    expect(reply.statusCode).toBe(503)
    expect(reply.body).toContain('was not built')
    await own.close()
  })
})

describe('files', () => {
  it('with a hash in their name stay for ever, others are asked for again', async () => {
    const hashed = await get('/assets/main-abc123.js')
    expect(hashed.body).toBe('main()')
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await get('/boot.js')).headers['cache-control']).toBe('public, max-age=0')
    const again = await get('/boot.js', {
      'if-none-match': String((await get('/boot.js')).headers.etag),
    })
    expect(again.statusCode).toBe(304)
  })

  it.each([
    '/assets/gone.js',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/.env',
    '//secret.txt',
  ])('%s is none of ours', async (url) => {
    const reply = await get(url)
    expect([403, 404]).toContain(reply.statusCode)
    expect(reply.body).not.toBe('secret')
    expect(reply.headers['cache-control'] ?? '').not.toContain('immutable')
    expect(reply.json().error.code).toBe('RESOURCE_NOT_FOUND')
  })
})
