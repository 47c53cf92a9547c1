import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { judgeFile } from './real-type.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const JPEG = Buffer.from('ffd8ffe000104a46494600010101004800480000ffd9', 'hex')
const OGG = Buffer.concat([
  Buffer.from('OggS\0\x02'),
  Buffer.alloc(22),
  Buffer.from('OpusHead'),
  Buffer.alloc(40),
])
const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')
const EXE = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])
const TEXT = Buffer.from('nome;telefone\nAna;31')

test.each([
  ['image', 'image/png', PNG, 'image/png'],
  ['image', 'image/jpeg', JPEG, 'image/jpeg'],
  // A picture by another picture's name is a picture all the same, served as what it is.
  ['image', 'image/jpeg', PNG, 'image/png'],
  ['audio', 'audio/ogg; codecs=opus', OGG, 'audio/ogg'],
  ['document', 'application/pdf', PDF, 'application/pdf'],
  ['document', 'text/csv', TEXT, 'text/csv'],
  ['document', null, TEXT, 'application/octet-stream'],
  ['document', 'image/png', PNG, 'image/png'],
  ['document', 'not a type', PDF, 'application/pdf'],
])('%s sent as %s is kept as %#: %s', async (media, mimeType, bytes, real) => {
  expect(await judgeFile({ media, mimeType, bytes })).toEqual({ ok: true, mimeType: real })
})

test.each([
  ['image', 'image/jpeg', PDF, 'MEDIA_TYPE_MISMATCH'],
  ['image', 'image/png', TEXT, 'MEDIA_TYPE_MISMATCH'],
  ['sticker', 'image/webp', PNG, 'MEDIA_TYPE_MISMATCH'],
  ['audio', 'audio/ogg', PNG, 'MEDIA_TYPE_MISMATCH'],
  ['video', 'video/mp4', OGG, 'MEDIA_TYPE_MISMATCH'],
  ['document', 'application/pdf', TEXT, 'MEDIA_TYPE_MISMATCH'],
  ['document', 'application/pdf', EXE, 'MEDIA_TYPE_REFUSED'],
  ['document', 'image/png', PDF, 'MEDIA_TYPE_MISMATCH'],
  ['image', 'image/png', Buffer.alloc(0), 'MEDIA_EMPTY'],
  ['sticker', 'image/webp', Buffer.alloc(1024 * 1024 + 1), 'MEDIA_TOO_LARGE'],
])('%s sent as %s that is something else is refused', async (media, mimeType, bytes, code) => {
  expect(await judgeFile({ media, mimeType, bytes })).toMatchObject({ ok: false, code })
})

test('bytes that only look like the beginning of a file break nothing', async () => {
  const cut = deflateSync(Buffer.alloc(100)).subarray(0, 9)
  for (const bytes of [PNG.subarray(0, 9), JPEG.subarray(0, 3), cut, Buffer.from('PK\x03\x04')]) {
    const judged = await judgeFile({ media: 'document', mimeType: 'application/zip', bytes })
    expect(typeof judged.ok).toBe('boolean')
  }
})
