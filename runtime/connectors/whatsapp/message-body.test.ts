import { describe, expect, it } from 'vitest'
import type { Command } from '#machines/contracts/effect.ts'
import type { OutboundEffect, ProviderTemplate } from '../connector.ts'
import { buildMessageBody } from './message-body.ts'

const TEMPLATE: ProviderTemplate = {
  name: 'boas_vindas',
  language: 'pt_BR',
  variables: ['nome', 'oferta'],
}

function build(command: Command, changed: Partial<OutboundEffect> = {}) {
  return buildMessageBody({
    id: 'eff_1',
    tenantId: 'tnt_1',
    contactId: 'cnt_1',
    to: '+5531999999999',
    channel: {
      id: 'chn_1',
      tenantId: 'tnt_1',
      kind: 'whatsapp',
      provider: 'meta',
      address: '1001',
      config: {},
      secrets: {},
    },
    template: TEMPLATE,
    command,
    ...changed,
  })
}
const text = (words: string): Command => ({
  kind: 'whatsapp.send_text',
  text: words,
  previewUrl: false,
})
const template = (vars: Record<string, string>, language: string | null = null): Command => ({
  kind: 'whatsapp.send_template',
  template: 'boas_vindas',
  language,
  vars,
})

describe('buildMessageBody', () => {
  it('writes a text with the effect id', () => {
    expect(build(text('Oi, Ana!'))).toEqual({
      ok: true,
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '5531999999999',
        type: 'text',
        text: { body: 'Oi, Ana!', preview_url: false },
        biz_opaque_callback_data: 'eff_1',
      },
    })
  })

  it("writes a template's variables in the template's order", () => {
    expect(build(template({ oferta: '30% OFF', nome: 'Ana', extra: 'x' }))).toMatchObject({
      ok: true,
      body: {
        type: 'template',
        template: {
          name: 'boas_vindas',
          language: { code: 'pt_BR' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Ana' },
                { type: 'text', text: '30% OFF' },
              ],
            },
          ],
        },
      },
    })
  })

  it('leaves components out where a template has no variables, and lets the node choose the language', () => {
    const result = build(template({}, 'en'), { template: { ...TEMPLATE, variables: [] } })
    expect(result).toMatchObject({
      body: { template: { name: 'boas_vindas', language: { code: 'en' } } },
    })
    expect(JSON.stringify(result)).not.toContain('components')
  })

  it('puts a variable on one line, as Meta demands', () => {
    const result = build(template({ nome: ' Ana\n\tMaria ', oferta: `a${' '.repeat(9)}b` }))
    expect(JSON.stringify(result)).toContain('"Ana Maria"')
    expect(JSON.stringify(result)).toContain('"a    b"')
  })

  it('counts characters as people do', () => {
    expect(build(text('👍'.repeat(4096)))).toMatchObject({ ok: true })
  })

  it.each([
    [
      'an empty text',
      text(' \n'),
      {},
      { code: 'WHATSAPP_TEXT_EMPTY', message: expect.stringMatching(/^text:/) },
    ],
    [
      'a long text',
      text('x'.repeat(4097)),
      {},
      { code: 'WHATSAPP_TEXT_TOO_LONG', message: expect.stringMatching(/^text: 4097/) },
    ],
    [
      'an unknown template',
      template({}),
      { template: null },
      { code: 'WHATSAPP_TEMPLATE_UNKNOWN', message: expect.stringMatching(/boas_vindas/) },
    ],
    [
      'a missing variable',
      template({ nome: 'Ana' }),
      {},
      { code: 'WHATSAPP_TEMPLATE_VARIABLE_MISSING', message: expect.stringMatching(/oferta/) },
    ],
    [
      'a blank variable',
      template({ nome: '\n', oferta: 'x' }),
      {},
      { code: 'WHATSAPP_TEMPLATE_VARIABLE_MISSING', message: expect.stringMatching(/nome/) },
    ],
    [
      'a long variable',
      template({ nome: 'x'.repeat(1025), oferta: 'x' }),
      {},
      { code: 'WHATSAPP_TEMPLATE_VARIABLE_TOO_LONG', message: expect.stringMatching(/nome/) },
    ],
    [
      'no number',
      text('Oi'),
      { to: 'ana@x.com' },
      { code: 'WHATSAPP_TO_INVALID', message: expect.stringMatching(/^to:/) },
    ],
    [
      'a long effect id',
      text('Oi'),
      { id: 'e'.repeat(513) },
      { code: 'WHATSAPP_EFFECT_ID_TOO_LONG', message: expect.stringMatching(/callback_data/) },
    ],
    [
      'what is no message',
      { kind: 'contact.upsert', patch: {} } as Command,
      {},
      { code: 'WHATSAPP_KIND_UNSUPPORTED', message: expect.stringMatching(/upsert/) },
    ],
  ])('refuses %s and names the field', (_name, command, changed, error) => {
    expect(build(command, changed)).toMatchObject({ ok: false, error })
  })
})
