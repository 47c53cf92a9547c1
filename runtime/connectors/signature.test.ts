import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSameSecret, isSigned, sign } from './signature.ts'

const body = Buffer.from('{"name":"Ana"}')
const good = sign('secret', [body])

describe('signature', () => {
  it('is the HMAC-SHA256 over the concatenated parts', () => {
    const hex = createHmac('sha256', 'k').update('1.n.{"ã":1}').digest('hex')
    expect(sign('k', ['1.', 'n', Buffer.from('.{"ã":1}')])).toBe(`sha256=${hex}`)
  })

  it('accepts its own signature, with any of several secrets', () => {
    expect(isSigned(good, [body], ['secret'])).toBe(true)
    expect(isSigned(good, [body], ['new', 'secret'])).toBe(true)
    expect(isSigned(good, [body], ['secret', 'old'])).toBe(true)
  })

  it.each([
    ['empty', ''],
    ['prefix only', 'sha256='],
    ['bare hex', good.slice(7)],
    ['upper-case hex', `sha256=${good.slice(7).toUpperCase()}`],
    ['upper-case prefix', `SHA256=${good.slice(7)}`],
    ['sha1', `sha1=${good.slice(7, 47)}`],
    ['leading space', ` ${good}`],
    ['trailing space', `${good} `],
    ['trailing newline', `${good}\n`],
    ['two joined', `${good}, ${good}`],
    ['one digit short', good.slice(0, -1)],
    ['one digit long', `${good}0`],
    ['one bit flipped', good.slice(0, -1) + (good.endsWith('0') ? '1' : '0')],
  ])('refuses a signature that is %s', (_name, signature) => {
    expect(isSigned(signature, [body], ['secret'])).toBe(false)
  })

  it('refuses another secret and another body', () => {
    expect(isSigned(good, [body], ['other'])).toBe(false)
    expect(isSigned(good, [Buffer.from('{"name": "Ana"}')], ['secret'])).toBe(false)
  })

  it('fails closed without a secret', () => {
    const forged = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`
    expect(isSigned(forged, [body], [])).toBe(false)
    expect(isSigned(forged, [body], [''])).toBe(false)
    expect(() => sign('', [body])).toThrow(TypeError)
  })

  it('compares secrets, an empty one never matches', () => {
    expect(isSameSecret('token', 'token')).toBe(true)
    expect(isSameSecret('token', 'tokem')).toBe(false)
    expect(isSameSecret('', '')).toBe(false)
  })
})
