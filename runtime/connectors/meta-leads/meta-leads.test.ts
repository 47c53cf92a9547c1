// What lead ads owe, against the stand-in, and against Meta itself where REAL_META_… variables are set.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenChannel } from '../connector.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { createMetaLeads, metaGraphOf, type MetaLeadsOptions } from './connector.ts'
import { debugToken, fetchLead, type PageAccess, readSubscription, walkGraph } from './graph.ts'
import { readMetaLead } from './lead.ts'

interface Ground {
  egress: Egress
  options: MetaLeadsOptions
  access: PageAccess
  leadId: string
  close(): Promise<void>
}

function describeLeadAds(name: string, open: () => Promise<Ground>): void {
  describe(`lead ads of ${name}`, () => {
    let ground: Ground
    beforeAll(async () => {
      ground = await open()
    })
    afterAll(() => ground.close())
    const graph = () => metaGraphOf(ground.egress, ground.options)
    const channel = (accessToken: string): OpenChannel => {
      const { pageId, appSecret } = ground.access
      const place = { id: 'chn_1', tenantId: 'tnt_1', kind: 'meta_leads', provider: 'meta_leads' }
      return { ...place, address: pageId, config: {}, secrets: { accessToken, appSecret } }
    }
    const check = (accessToken: string) => {
      const { egress, options } = ground
      const context = { egress, signal: AbortSignal.timeout(10_000) }
      return createMetaLeads(options).channel?.check?.(channel(accessToken), context)
    }

    it('takes its token and no other', async () => {
      expect(await check(ground.access.accessToken)).toMatchObject({ ok: true })
      expect(await check('EAAwrong')).toMatchObject({ ok: false, field: 'secrets.accessToken' })
    })

    it('tells of the token and of the subscription', async () => {
      expect(await debugToken(graph(), ground.access)).toMatchObject({
        ok: true,
        data: { data: { is_valid: true } },
      })
      expect(await readSubscription(graph(), ground.access)).toMatchObject({ ok: true })
    })

    it('gives a lead whose answers can be read, and refuses one that is not there', async () => {
      const answer = await fetchLead(graph(), ground.access, ground.leadId)
      if (!answer.ok) throw new Error(answer.message)
      const context = { source: { id: 'src_1' }, leadgenId: ground.leadId, now: new Date() }
      const lead = readMetaLead(answer.data, context)
      expect(Object.keys(lead.address)).not.toEqual([])
      expect(lead.dedupeKey).toBe(`meta_lead:${ground.leadId}`)
      const gone = await fetchLead(graph(), ground.access, '900000000000001')
      expect(gone).toMatchObject({ ok: false, kind: 'refused' })
    })

    it("lists the page's leads to the end", async () => {
      const forms = { path: `/${ground.access.pageId}/leadgen_forms`, query: { fields: 'id' } }
      const found: unknown[] = []
      for await (const { id } of walkGraph(graph(), ground.access, forms))
        for await (const lead of walkGraph(graph(), ground.access, {
          path: `/${JSON.stringify(id).slice(1, -1)}/leads`,
        }))
          found.push(lead['id'])
      expect(found).toContain(ground.leadId)
      expect(new Set(found).size).toBe(found.length)
    })
  })
}

async function openSandbox(): Promise<Ground> {
  const storeDir = mkdtempSync(join(tmpdir(), 'fluxolab-meta-'))
  const sandbox: Sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  const access = { pageId: '123456789', accessToken: 'EAApage', appSecret: 'shh' }
  const control = async (path: string, body: object): Promise<{ id: string }> => {
    const url = `${sandbox.url}/meta_leads/${path}`
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { id: string }
  }
  await control('configure', access)
  for (let n = 0; n < 30; n += 1)
    await control('leads', { answers: { email: `a${n}@mail.example` }, isTold: false })
  const { id: leadId } = await control('leads', {
    answers: { email: 'b@mail.example' },
    isTold: false,
  })
  const egress = createEgress({ allow: [new URL(sandbox.url).host] })
  const close = async (): Promise<void> => {
    await egress.close()
    await sandbox.close()
    rmSync(storeDir, { recursive: true, force: true })
  }
  const options = { baseUrl: sandbox.providerUrls['meta_leads'], version: 'v24.0' }
  return { egress, options, access, leadId, close }
}

describeLeadAds('the sandbox', openSandbox)

const { REAL_META_PAGE_ID, REAL_META_ACCESS_TOKEN, REAL_META_APP_SECRET, REAL_META_LEAD_ID } =
  process.env
if (REAL_META_PAGE_ID && REAL_META_ACCESS_TOKEN && REAL_META_APP_SECRET && REAL_META_LEAD_ID) {
  describeLeadAds('Meta', async () => {
    const egress = createEgress({ allow: [] })
    const access = {
      pageId: REAL_META_PAGE_ID,
      accessToken: REAL_META_ACCESS_TOKEN,
      appSecret: REAL_META_APP_SECRET,
    }
    const close = (): Promise<void> => egress.close()
    return { egress, options: { version: 'v24.0' }, access, leadId: REAL_META_LEAD_ID, close }
  })
}

it('an answer that is no address stays an answer, and the person is known by the lead', () => {
  const field = (name: string, value: string) => ({ name, values: [value] })
  const lead = readMetaLead(
    {
      id: '77',
      created_time: '2026-11-20T10:00:00+0000',
      field_data: [
        field('full_name', 'Ana'),
        field('phone_number', 'depois'),
        field('email', 'não tenho'),
      ],
      custom_disclaimer_responses: [{ checkbox_key: 'marketing', is_checked: '1' }],
      ad_id: '5',
    },
    { source: { id: 'src_1' }, leadgenId: '77', now: new Date() },
  )
  expect(lead).toMatchObject({
    address: { externalId: 'meta_lead:77' },
    contact: { name: 'Ana', consents: { marketing: true } },
    occurredAt: '2026-11-20T10:00:00.000Z',
    touch: { kind: 'meta_ad', adId: '5' },
    payload: { phone_number: 'depois' },
  })
})
