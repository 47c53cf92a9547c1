// RFC 8058 as mail programs speak it, and the page that people see.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../testing/gateway.ts'
import { KNOWN_TOKEN } from '../testing/memory-emails.ts'

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway()
})
afterEach(() => gateway.close())

const FORM = 'application/x-www-form-urlencoded'
const get = (path: string, headers: Record<string, string> = {}) =>
  gateway.app.inject({ method: 'GET', url: `/e/${path}`, headers })
const post = (payload: string, type = FORM, token = KNOWN_TOKEN) =>
  gateway.app.inject({
    method: 'POST',
    url: `/e/u/${token}`,
    payload,
    headers: { 'content-type': type, origin: 'https://mail.google.com' },
  })
const isChecked = async (): Promise<boolean> =>
  / value="marketing" checked>/.test((await get(`u/${KNOWN_TOKEN}`)).body)

describe('unsubscribing', () => {
  it('opening the page does nothing, however often, and HEAD does not either', async () => {
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const reply = await gateway.app.inject({ method, url: `/e/u/${KNOWN_TOKEN}` })
      expect(reply.statusCode).toBe(200)
    }
    expect(await isChecked()).toBe(true)
  })

  it.each([
    [FORM, 'List-Unsubscribe=One-Click'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    ],
  ])('one click as %s, twice: 200, no redirect, no cookie', async (type, body) => {
    for (let times = 0; times < 2; times += 1) {
      const reply = await post(body, type)
      expect(reply.statusCode).toBe(200)
      expect(reply.headers['location']).toBeUndefined()
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    expect(await isChecked()).toBe(false)
  })

  it.each(['', 'List-Unsubscribe=Maybe', 'x=One-Click', 'form=nothing'])(
    'a post that says %j chooses nothing',
    async (body) => {
      expect((await post(body)).statusCode).toBe(400)
      expect(await isChecked()).toBe(true)
    },
  )

  it('the page’s own buttons leave, come back, and choose', async () => {
    expect((await post('form=leave')).body).toContain('Você não recebe mais e-mails nossos.')
    expect((await post('form=join')).body).toContain('Você recebe e-mails nossos.')
    await post('form=choices&known=marketing')
    expect(await isChecked()).toBe(false)
    await post('form=choices&known=marketing&purpose=marketing')
    expect(await isChecked()).toBe(true)
  })

  it('a link that is not ours says so, in the reader’s language', async () => {
    expect(await get('u/nope')).toMatchObject({ statusCode: 404 })
    expect((await get('u/nope', { 'accept-language': 'en-US' })).body).toContain('not valid')
    expect(await post('List-Unsubscribe=One-Click', FORM, 'nope')).toMatchObject({
      statusCode: 404,
    })
  })

  it('the page is whole by itself, and a name in it is no markup', async () => {
    const { body, headers } = await get(`u/${KNOWN_TOKEN}`)
    expect(body).toContain('<html lang="pt-BR">')
    expect(body).toContain('Loja &#60;Aurora&#62;')
    expect(body).not.toMatch(/<script|src=|href=/)
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['content-security-policy']).toContain("script-src 'self'")
  })
})

describe('following and opening', () => {
  it('leads where the letter said, and nowhere else', async () => {
    const reply = await get(`c/${KNOWN_TOKEN}`)
    expect(reply).toMatchObject({ statusCode: 302 })
    expect(reply.headers['location']).toBe('https://loja.example/?a=1')
    for (const path of ['c/nope', 'c/https://evil.example', 'c/nope?url=https://evil.example']) {
      const other = await get(path)
      expect([other.statusCode, other.headers['location']]).toEqual([404, undefined])
    }
  })

  it('a picture is a picture, whoever asks', async () => {
    for (const token of [KNOWN_TOKEN, 'nope']) {
      const reply = await get(`o/${token}`)
      expect(reply.headers['content-type']).toBe('image/gif')
      expect(reply.headers['cache-control']).toContain('no-store')
      expect(reply.rawPayload.subarray(0, 6).toString()).toBe('GIF89a')
    }
  })
})
