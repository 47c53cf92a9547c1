import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isForm, readForm } from './inbound-form.ts'

const part = (head: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--b0und\r\n${head}\r\n\r\n`), body, Buffer.from('\r\n')])
const END = Buffer.from('--b0und--\r\n')

it('reads fields and files byte by byte', async () => {
  const bytes = randomBytes(5000)
  const latin = Buffer.from('ação', 'latin1')
  const form = Buffer.concat([
    part('Content-Disposition: form-data; name="text"', latin),
    part(
      'Content-Disposition: form-data; name="attachment1"; filename="relatório.bin"\r\nContent-Type: application/pdf',
      bytes,
    ),
    END,
  ])
  expect(isForm(form)).toBe(true)
  const { fields, files } = await readForm(form)
  expect(fields.get('text')).toEqual(latin)
  expect(files).toEqual([
    { name: 'attachment1', filename: 'relatório.bin', mimeType: 'application/pdf', bytes },
  ])
})

it('refuses a form that is cut', async () => {
  const form = part('Content-Disposition: form-data; name="a"', Buffer.from('x'))
  const error = await readForm(form.subarray(0, -4)).catch((caught: unknown) => caught)
  expect(isFluxoError(error, 'WEBHOOK_BODY_INVALID')).toBe(true)
})

it.each(['', '{}', '[]', '--', '--x', 'a--b\r\n'])('does not take %j for a form', (body) => {
  expect(isForm(Buffer.from(body))).toBe(false)
})
