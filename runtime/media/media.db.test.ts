import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSecretBox } from '../db/secret-box.ts'
import { messageOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, MASTER_KEY, type TestTenant } from '../testing/tenant.ts'
import type { MediaStore } from '../connectors/media-store.ts'
import { deleteExpired } from './delete-expired.ts'
import { createMediaStore } from './media-store.ts'
import { mediaIdOf } from './put-media.ts'
import { readFile, readMedia } from './read-media.ts'

let line: TestLine
let stranger: TestTenant
let store: MediaStore
beforeAll(async () => {
  line = await createTestLine()
  stranger = await createTenant(line.pool)
  store = createMediaStore(line.pool, createSecretBox(MASTER_KEY))
})
afterAll(() => line.close())

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n')
const LARGE = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2 * 1024 * 1024 + 123)])

async function newMessage(): Promise<string> {
  const { contactId } = await line.accept(
    messageOf(line.tenant, { kind: 'document', content: { type: 'document', id: '1' } }),
  )
  const [row] = await line.rows<{ id: string }>('select id from messages where contact_id = $1', [
    contactId,
  ])
  return row?.id ?? ''
}
const fileOf = (messageId: string) => ({
  messageId,
  media: 'document',
  mimeType: 'application/pdf',
  filename: 'nota\0 fiscal.pdf',
})
const contentOf = async (messageId: string) => {
  const rows = await line.rows<{ content: { id: string; media: object } }>(
    'select content_json as content from messages where id = $1',
    [messageId],
  )
  return rows[0]?.content
}

test('a file comes back as it was, in pieces of a mebibyte, and its message says so', async () => {
  const messageId = await newMessage()
  const note = await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: LARGE })
  expect(note).toEqual({
    id: mediaIdOf(messageId),
    status: 'stored',
    mimeType: 'application/pdf',
    filename: 'nota fiscal.pdf',
    size: LARGE.length,
    code: null,
  })
  expect(await contentOf(messageId)).toMatchObject({ id: '1', media: note })
  const media = await readMedia(line.pool, line.tenant.id, note.id)
  const sizes: number[] = []
  for await (const chunk of media?.chunks ?? []) sizes.push(chunk.length)
  expect(sizes).toEqual([1024 * 1024, 1024 * 1024, 132])
  expect(media?.sha256).toBe(createHash('sha256').update(LARGE).digest('hex'))
  expect((await readFile(line.pool, line.tenant.id, note.id))?.bytes.equals(LARGE)).toBe(true)
})

test('I2: the same file again, and a refusal after it, change nothing', async () => {
  const messageId = await newMessage()
  const first = await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: PDF })
  expect(await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: PDF })).toEqual(first)
  const why = { status: 'expired', code: 'MEDIA_GONE', reason: 'gone' } as const
  expect(await store.note(line.tenant.id, fileOf(messageId), why)).toEqual(first)
})

test('what is not there says why, until it is there', async () => {
  const messageId = await newMessage()
  const why = { status: 'pending', code: 'HTTP_503', reason: 'later\0' } as const
  await store.note(line.tenant.id, fileOf(messageId), why)
  expect(await contentOf(messageId)).toMatchObject({
    media: { status: 'pending', code: 'HTTP_503' },
  })
  expect(await readMedia(line.pool, line.tenant.id, mediaIdOf(messageId))).toBeNull()
  await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: PDF })
  expect(await contentOf(messageId)).toMatchObject({ media: { status: 'stored', code: null } })
})

test('what is not what it says is refused and not kept', async () => {
  const messageId = await newMessage()
  const bytes = Buffer.from('<script>alert(1)</script>')
  const note = await store.keep(line.tenant.id, { ...fileOf(messageId), bytes })
  expect(note).toMatchObject({ status: 'refused', code: 'MEDIA_TYPE_MISMATCH' })
  expect(await line.rows('select 1 from media_chunks where media_id = $1', [note.id])).toEqual([])
})

test('I9: a file of another tenant is none', async () => {
  const messageId = await newMessage()
  const { id } = await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: PDF })
  expect(await readMedia(line.pool, stranger.id, id)).toBeNull()
  expect(await store.openChannel(stranger.id, line.tenant.channelId)).toBeNull()
  // A tenant that names another one's message leaves that message alone.
  await store.keep(stranger.id, { ...fileOf(messageId), filename: 'fremd', bytes: PDF })
  expect(await contentOf(messageId)).toMatchObject({ media: { filename: 'nota fiscal.pdf' } })
})

test('a file is deleted when its tenant has kept it long enough, and not before', async () => {
  const messages = [await newMessage(), await newMessage()]
  for (const messageId of messages)
    await store.keep(line.tenant.id, { ...fileOf(messageId), bytes: PDF })
  const [old, young] = messages.map(mediaIdOf)
  await line.rows(`update media set stored_at = now() - interval '31 days' where id = $1`, [old])
  await line.rows(`update media set stored_at = now() - interval '29 days' where id = $1`, [young])
  expect(await deleteExpired(line.pool, 90)).toBe(0)
  await line.rows('update tenants set media_days = 30 where id = $1', [line.tenant.id])
  expect(await deleteExpired(line.pool, 90)).toBe(1)
  expect(await line.rows('select 1 from media_chunks where media_id = $1', [old])).toEqual([])
  expect(await readMedia(line.pool, line.tenant.id, young ?? '')).not.toBeNull()
  expect(await contentOf(messages[0] ?? '')).toMatchObject({
    media: { status: 'expired', filename: 'nota fiscal.pdf' },
  })
  await line.rows('update tenants set media_days = null where id = $1', [line.tenant.id])
})

test('a file without a message has an id of its own', async () => {
  const given = { media: 'document', mimeType: 'application/pdf', filename: null, bytes: PDF }
  const [one, two] = [
    await store.add(line.tenant.id, given),
    await store.add(line.tenant.id, given),
  ]
  expect(one).toMatchObject({ status: 'stored', id: expect.stringMatching(/^med_/) })
  expect(two?.id).not.toBe(one?.id)
})
