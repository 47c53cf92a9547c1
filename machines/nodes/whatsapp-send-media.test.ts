import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'whatsapp.send_media',
  media: 'document',
  link: 'https://cdn.example.com/{{payload.id}}.pdf',
  ...more,
})

test('whatsapp.send_media accepts https links and refuses the rest', () => {
  expect(refusalOf(body({ link: '{{payload.url}}' }))).toBeNull()
  for (const link of ['http://a.com/x.png', 'x.png', '', `https://a.com/${'x'.repeat(2000)}`]) {
    expect(refusalOf(body({ link })), link).toEqual(['link'])
  }
  expect(refusalOf(body({ media: 'gif' }))).toEqual(['media'])
})

test('whatsapp.send_media knows which media have a caption and a file name', () => {
  expect(refusalOf(body({ caption: 'x'.repeat(1024), filename: 'a.pdf' }))).toBeNull()
  expect(refusalOf(body({ caption: 'x'.repeat(1025) }))).toEqual(['caption'])
  expect(refusalOf(body({ media: 'image', caption: 'Oi' }))).toBeNull()
  for (const media of ['audio', 'sticker']) {
    expect(refusalOf(body({ media, caption: 'Oi' })), media).toEqual(['caption'])
  }
  expect(refusalOf(body({ media: 'image', filename: 'a.png' }))).toEqual(['filename'])
})

test('whatsapp.send_media renders link and caption', () => {
  const scope = scopeWith({ payload: { id: 7 } })
  expect(behaviourOf(body({ caption: 'Oi, {{name}}' })).command?.(scope)).toEqual({
    kind: 'whatsapp.send_media',
    media: 'document',
    link: 'https://cdn.example.com/7.pdf',
    caption: 'Oi, Ana',
    filename: null,
  })
})

test('whatsapp.send_media has its ports, needs and one line', () => {
  expect(targetsOf(body({ onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
  const { kind, node } = parsedNode(body())
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp' })
  expect(kind.summarize(node)).toBe('document · https://cdn.example.com/{{payload.id}}.pdf')
})
