import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { parseProviderBody, parseStrictBody } from './json-body.ts'

const MAX = 256 * 1024
const strict = (text: string | Buffer) => parseStrictBody(Buffer.from(text), MAX)
const provider = (text: string | Buffer) => parseProviderBody(Buffer.from(text), MAX)

function codeOf(run: () => unknown): { code: string; field: string | undefined } | null {
  try {
    run()
    return null
  } catch (error) {
    if (!isFluxoError(error)) throw error
    return { code: error.code, field: error.field }
  }
}

describe('parseStrictBody', () => {
  it('reads any JSON object back as it was written', () => {
    const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 5 }))
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value)
        if (/__proto__|\\u0000|\\ud[89a-f]/i.test(text) || /\d{16}/.test(text)) return
        expect(strict(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['spaces', '  '],
    ['truncated text', '{"name":"An'],
    ['a trailing comma', '{"a":1,}'],
    ['NaN', '{"a":NaN}'],
    ['two objects', '{}{}'],
    ['an array', '[]'],
    ['a string', '"a"'],
    ['null', 'null'],
    ['a raw control character', '{"a":"\u0001"}'],
    ['a byte order mark', '\uFEFF{}'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ])('refuses %s', (_name, text) => {
    expect(codeOf(() => strict(text))?.code).toBe('WEBHOOK_BODY_INVALID')
  })

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":[{"b" : 1, "b"\n:2}]}', 'x.b'],
    ['{"__proto__":{"admin":true}}', '__proto__'],
    ['{"x":{"\\u005f_proto__":1}}', 'x.__proto__'],
    ['{"constructor":{"prototype":{"admin":true}}}', 'constructor.prototype'],
    ['{"x":{"y":["a\\u0000b"]}}', 'x.y[0]'],
    ['{"x":"\\ud800"}', 'x'],
    ['{"x":"\\udc00\\ud800"}', 'x'],
    ['{"x":1e400}', 'x'],
    ['{"x":[-1e400]}', 'x[0]'],
  ])('refuses %s and names the field', (text, field) => {
    expect(codeOf(() => strict(text))).toEqual({ code: 'WEBHOOK_BODY_INVALID', field })
  })

  it('leaves no mark on prototypes', () => {
    codeOf(() => strict('{"__proto__":{"polluted":true}}'))
    codeOf(() => strict('{"constructor":{"prototype":{"polluted":true}}}'))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('keeps a field that is merely called constructor, and repeated keys of different objects', () => {
    const text = '{"constructor":"ACME","a":{"k":1},"b":{"k":"a\\"b\\\\"},"c":[{"k":1},{"k":2}]}'
    expect(strict(text)).toEqual(JSON.parse(text))
  })

  it('counts depth, not brackets in strings', () => {
    const nest = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`
    expect(codeOf(() => strict(nest(32)))).toBeNull()
    expect(codeOf(() => strict(nest(33)))?.code).toBe('WEBHOOK_BODY_TOO_DEEP')
    expect(codeOf(() => strict(JSON.stringify({ a: '['.repeat(1000) })))).toBeNull()
    expect(codeOf(() => strict(`{"a":${'['.repeat(100_000)}`))?.code).toBe('WEBHOOK_BODY_TOO_DEEP')
  })

  it('refuses a body beyond the limit before it reads it', () => {
    const fits = JSON.stringify({ a: 'x'.repeat(MAX - 8) })
    expect(Buffer.byteLength(fits)).toBe(MAX)
    expect(codeOf(() => strict(fits))).toBeNull()
    expect(codeOf(() => strict(`${fits} `))?.code).toBe('EVENT_TOO_LARGE')
  })

  it('keeps every digit of a long id', () => {
    expect(
      strict('{"id":123456789012345678901,"n":9007199254740991,"f":0.12345678901234567}'),
    ).toEqual({
      id: '123456789012345678901',
      n: 9007199254740991,
      f: Number('0.12345678901234567'),
    })
  })

  it('reads hostile text in linear time', () => {
    const text = `{"a":"${'\\"'.repeat(60_000)}","b":[${'1 , '.repeat(30_000)}1]}`
    const started = performance.now()
    expect(codeOf(() => strict(text))).toBeNull()
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('parseProviderBody', () => {
  it('replaces what cannot be stored', () => {
    const text = '{"t":"a\\u0000b\\ud800","n":1e400,"__proto__":{"x":1},"l":[{"k\\u0000":"ok"}]}'
    expect(provider(text)).toEqual({ t: 'ab\uFFFD', n: null, l: [{ k: 'ok' }] })
  })

  it.each([
    ['{"n":12345678901234567890}', { n: '12345678901234567890' }],
    ['{"n":[-12345678901234567890]}', { n: ['-12345678901234567890'] }],
    ['{"n":1e400}', { n: null }],
    ['{"n":-2E+999}', { n: null }],
    ['{"n":1e3,"t":true,"f":false}', { n: 1000, t: true, f: false }],
    ['{"n":123456789012345,"d":0.25}', { n: 123_456_789_012_345, d: 0.25 }],
    [String.raw`{"a\u0000b":"\ud800"}`, { ab: '\uFFFD' }],
    [String.raw`{"\u005f_proto__":{"x":1}}`, {}],
    [
      String.raw`{"a":"\\u0041 \" 12345678901234567890 {[{["}`,
      { a: '\\u0041 " 12345678901234567890 {[{[' },
    ],
    ['{"a":"b"} x', null],
  ])('reads %s whole, however plain it looks', (text, expected) => {
    if (expected === null) expect(codeOf(() => provider(text))?.code).toBe('WEBHOOK_BODY_INVALID')
    else expect(provider(text)).toEqual(expected)
  })

  it('reads any JSON as the slow way does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const text = JSON.stringify(given)
        const escaped = provider(`{"mark":"\\u0041","body":${text}}`)
        expect(provider(`{"mark":"A","body":${text}}`)).toEqual(escaped)
      }),
    )
  })

  it('still refuses what is no JSON object, too deep or too large', () => {
    expect(codeOf(() => provider('[]'))?.code).toBe('WEBHOOK_BODY_INVALID')
    expect(codeOf(() => provider(`{"a":${'['.repeat(50)}`))?.code).toBe('WEBHOOK_BODY_TOO_DEEP')
    const hidden = `{"a":1,"a":2,"b":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect(codeOf(() => provider(hidden))?.code).toBe('WEBHOOK_BODY_TOO_DEEP')
    expect(codeOf(() => parseProviderBody(Buffer.alloc(11), 10))?.code).toBe('EVENT_TOO_LARGE')
  })
})
