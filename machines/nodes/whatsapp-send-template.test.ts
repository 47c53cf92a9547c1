import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'whatsapp.send_template',
  template: 'boas_vindas',
  ...more,
})

test("whatsapp.send_template accepts WhatsApp's template and language names and refuses others", () => {
  expect(refusalOf(body({ language: 'pt_BR', vars: { nome: '{{name}}' } }))).toBeNull()
  expect(refusalOf(body({ template: 'Boas Vindas' }))).toEqual(['template'])
  expect(refusalOf(body({ language: 'pt-BR' }))).toEqual(['language'])
  expect(refusalOf(body({ vars: { '': 'x' } }))).toEqual(['vars.'])
})

test('whatsapp.send_template leads to the next node when next is left out, and fails by onError', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  expect(targetsOf(body({ next: null, onError: 'n2' }))).toEqual({ next: null, error: 'n2' })
})

test('whatsapp.send_template fills placeholders with text, empty for what is absent', () => {
  const vars = { nome: '{{name}}', total: '$.payload.total', nada: '$.payload.x', lista: [1, 'a'] }
  const command = behaviourOf(body({ vars })).command?.(scopeWith({ payload: { total: 99.5 } }))
  expect(command).toEqual({
    kind: 'whatsapp.send_template',
    template: 'boas_vindas',
    language: null,
    vars: { nome: 'Ana', total: '99.5', nada: '', lista: '[1,"a"]' },
  })
})

test('whatsapp.send_template needs its channel and its template', () => {
  const { kind, node } = parsedNode(body())
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp', template: 'boas_vindas' })
  expect(kind.summarize(node)).toBe('boas_vindas')
})

test('whatsapp.send_template fills header and buttons, each of the kind that it is', () => {
  const header = { type: 'location', latitude: '{{payload.lat}}', longitude: -46.6 }
  const given = body({
    header: { ...header, name: 'Loja', address: 'Rua {{payload.rua}}' },
    buttons: [
      { index: 0, type: 'url', suffix: '{{payload.id}}' },
      { index: 2, type: 'copy_code', code: 'OFERTA10' },
    ],
  })
  const payload = { lat: -23.5, rua: 'A', id: 7 }
  expect(behaviourOf(given).command?.(scopeWith({ payload }))).toMatchObject({
    header: { type: 'location', latitude: -23.5, longitude: -46.6, address: 'Rua A' },
    buttons: [
      { index: 0, type: 'url', suffix: '7' },
      { index: 2, type: 'copy_code', code: 'OFERTA10' },
    ],
  })
  const image = { type: 'image', link: 'https://x.example.com/a.png', mediaId: 'med_1' }
  expect(refusalOf(body({ header: image }))).toEqual(['header.link'])
  const twice = [0, 0].map((index) => ({ index, type: 'url', suffix: 'a' }))
  expect(refusalOf(body({ buttons: twice }))).toEqual(['buttons'])
})
