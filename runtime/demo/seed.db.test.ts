import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessions } from '../commands/sessions.ts'
import { createWhatsAppChannels } from '../commands/webhooks/whatsapp-channels.ts'
import { createIntakeSources } from '../commands/webhooks/intake-sources.ts'
import { createSecretBox } from '../db/secret-box.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { MASTER_KEY } from '../testing/tenant.ts'
import { seedDemo, type SeedOptions } from './seed.ts'

let line: TestLine
let options: SeedOptions
beforeAll(async () => {
  line = await createTestLine()
  const dataDir = mkdtempSync(join(tmpdir(), 'fluxolab-seed-'))
  options = {
    databaseUrl: line.url,
    masterKey: MASTER_KEY,
    dataDir,
    baseUrl: 'http://localhost:3000',
    sandboxUrl: null,
  }
})
afterAll(async () => {
  rmSync(options.dataDir, { recursive: true, force: true })
  await line.close()
})

/** Everything that the file says is true in the database. */
async function expectTrue(demo: Awaited<ReturnType<typeof seedDemo>>): Promise<void> {
  const box = createSecretBox(options.masterKey)
  const { email, password } = demo
  const { tenant } = await createSessions(line.pool).signIn({ email, password })
  expect(tenant.id).toBe(demo.tenantId)
  const source = await createIntakeSources(line.pool, box).find(demo.tenantId, demo.sourceId)
  expect(source.secrets).toEqual([demo.sourceSecret])
  const [channel] = await createWhatsAppChannels(line.pool, box).find([demo.phoneNumberId])
  expect(channel).toMatchObject({ appSecrets: [demo.appSecret], verifyToken: demo.verifyToken })
}

test('seeding twice gives the same tenant, password and secrets, with the addresses of the second start', async () => {
  const first = await seedDemo(options)
  await expectTrue(first)
  const second = await seedDemo({ ...options, baseUrl: 'http://localhost:4000' })
  expect({ ...second, baseUrl: '', leadsUrl: '', eventsUrl: '' }).toEqual({
    ...first,
    baseUrl: '',
    leadsUrl: '',
    eventsUrl: '',
  })
  expect(second.leadsUrl).toMatch(/^http:\/\/localhost:4000\//)
  await expectTrue(second)
  expect(
    await line.rows(
      "select count(*)::int as n from workflows where tenant_id = $1 and status = 'published'",
      [first.tenantId],
    ),
  ).toEqual([{ n: 2 }])
})

test('the files of the demo are for their owner only', () => {
  for (const name of ['demo.json', 'demo.env']) {
    expect(statSync(join(options.dataDir, name)).mode & 0o777).toBe(0o600)
  }
})

test('after the file was lost, what the new one says is true', async () => {
  const before = await seedDemo(options)
  rmSync(join(options.dataDir, 'demo.json'))
  const after = await seedDemo(options)
  expect(after.password).not.toBe(before.password)
  await expectTrue(after)
})

test('with a sandbox the tenant can send letters at once; what a person changed stays', async () => {
  const { tenantId } = await seedDemo({ ...options, sandboxUrl: 'http://127.0.0.1:1' })
  await line.pool.query(
    "update channels set config_json = '{}' where tenant_id = $1 and kind = 'email'",
    [tenantId],
  )
  await seedDemo({ ...options, sandboxUrl: 'http://127.0.0.1:1' })
  const rows = await line.rows(
    `select c.config_json as config, t.name, t.meta_json->>'subject' as subject, p.name as partial
     from channels c join templates t on t.tenant_id = c.tenant_id and t.kind = c.kind
     join email_partials p on p.tenant_id = c.tenant_id
     where c.tenant_id = $1 and c.kind = 'email'`,
    [tenantId],
  )
  expect(rows).toEqual([
    {
      config: {},
      name: 'novidades',
      subject: expect.stringContaining('{{ nome }}'),
      partial: 'rodape',
    },
  ])
})
