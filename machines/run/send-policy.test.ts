import { describe, expect, test } from 'vitest'
import type { Command } from '../contracts/effect.ts'
import { refusalOf, type Standing } from './send-policy.ts'

const AT = '2026-03-10T12:00:00.000Z'
const NOBODY: Standing = { optOuts: {}, lastInboundAt: {} }
const text = (more: object = {}): Command =>
  ({ kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false, ...more }) as Command
const template = (more: object = {}): Command =>
  ({ kind: 'whatsapp.send_template', template: 't', language: null, vars: {}, ...more }) as Command
const email = (more: object = {}): Command =>
  ({ kind: 'email.send_template', template: 't', language: null, vars: {}, ...more }) as Command
const codeOf = (command: Command, standing: Partial<Standing> = {}) =>
  refusalOf(command, { ...NOBODY, ...standing }, AT)?.code

describe('the send policy', () => {
  test('holds everything on a channel that the contact left, and nothing on the other', () => {
    const standing = { optOuts: { whatsapp: AT } }
    expect(codeOf(text({ purpose: 'billing' }), standing)).toBe('POLICY_OPTED_OUT')
    expect(codeOf(template(), standing)).toBe('POLICY_OPTED_OUT')
    expect(codeOf(email(), standing)).toBeUndefined()
    expect(codeOf({ kind: 'tag.add', tags: [] }, standing)).toBeUndefined()
  })

  test('asks for consent where a purpose is named, except for what a contract needs', () => {
    const send = (purpose: string, consents?: Record<string, boolean>) =>
      codeOf(email({ purpose }), { consents })
    expect(send('marketing')).toBe('POLICY_NO_CONSENT')
    expect(send('marketing', { marketing: false })).toBe('POLICY_NO_CONSENT')
    expect(send('marketing', { marketing: true })).toBeUndefined()
    for (const free of ['service', 'transactional', 'billing']) expect(send(free)).toBeUndefined()
    for (const odd of ['constructor', 'toString']) expect(send(odd, {})).toBe('POLICY_NO_CONSENT')
  })

  test.each([
    ['2026-03-09T12:00:00.000Z', undefined],
    ['2026-03-09T11:59:59.999Z', 'POLICY_WINDOW_CLOSED'],
    [undefined, undefined],
  ])(
    'after a message at %s a free WhatsApp text meets %s, a template and an e-mail do not',
    (whatsapp, code) => {
      const standing = { lastInboundAt: whatsapp === undefined ? {} : { whatsapp } }
      expect(codeOf(text(), standing)).toBe(code)
      expect(codeOf(template(), standing)).toBeUndefined()
      expect(
        codeOf(email(), { lastInboundAt: { email: '2020-01-01T00:00:00.000Z' } }),
      ).toBeUndefined()
    },
  )
})
