import { expect, it } from 'vitest'
import type { MessageCommand } from '#machines/contracts/effect.ts'
import { mediaContent } from './media-body.ts'

type Media = Extract<MessageCommand, { kind: 'whatsapp.send_media' }>
const media = (changed: Partial<Media> = {}) =>
  mediaContent({
    kind: 'whatsapp.send_media',
    media: 'document',
    link: 'https://cdn.example.com/boleto.pdf',
    caption: 'Seu boleto',
    filename: 'boleto.pdf',
    ...changed,
  })

it('writes a document by its link', () => {
  expect(media()).toEqual({
    ok: true,
    body: {
      type: 'document',
      document: {
        link: 'https://cdn.example.com/boleto.pdf',
        caption: 'Seu boleto',
        filename: 'boleto.pdf',
      },
    },
  })
})

it('leaves out what there is not', () => {
  expect(media({ media: 'sticker', caption: null, filename: '' })).toMatchObject({
    body: { type: 'sticker', sticker: { link: 'https://cdn.example.com/boleto.pdf' } },
  })
})

it.each<[string, Partial<Media>, string]>([
  ['an empty link', { link: '' }, 'link: empty'],
  ['another scheme', { link: 'http://cdn.example.com/a.png' }, 'link: not an https'],
  ['no link at all', { link: 'boleto' }, 'link: not an https'],
  ['a long link', { link: `https://a.com/${'x'.repeat(2000)}` }, 'link: 2014 '],
  ['a long caption', { caption: 'x'.repeat(1025) }, 'caption: 1025 '],
  ['a long file name', { filename: 'x'.repeat(241) }, 'filename: 241 '],
])('refuses %s and names the field', (_name, changed, message) => {
  expect(media(changed)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining(message) },
  })
})
