import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkDomain } from './check-domain.ts'
import type { DomainQuestion } from './domain/question.ts'
import type { DnsResolver } from './domain/look-up.ts'

const DOMAIN = 'loja.example'
const keyOf = (bits: number): string =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64')
const GOOD_KEY = `v=DKIM1; k=rsa; p=${keyOf(2048)}`

interface Zone {
  txt?: Record<string, string[]>
  cname?: Record<string, string>
  mx?: string[]
}

const GOOD: Zone = {
  txt: {
    [DOMAIN]: ['v=spf1 include:sendgrid.net ~all', 'google-site-verification=x'],
    [`s1._domainkey.${DOMAIN}`]: [GOOD_KEY],
    [`_dmarc.${DOMAIN}`]: ['v=DMARC1; p=quarantine; rua=mailto:d@loja.example'],
  },
  cname: { [`s1._domainkey.${DOMAIN}`]: 's1.domainkey.u1.wl2.sendgrid.net' },
  mx: ['mx.loja.example'],
}

/** Values in place of DNS: long ones in pieces, as they come. */
function resolverOf({ txt = {}, cname = {}, mx = [] }: Zone): DnsResolver {
  const none = (): never => {
    throw Object.assign(new Error('none'), { code: 'ENODATA' })
  }
  return {
    resolveTxt: async (name) => txt[name]?.map((text) => text.match(/.{1,200}/gs) ?? []) ?? none(),
    resolveCname: async (name) => [cname[name] ?? none()],
    resolveMx: async () =>
      mx.length > 0 ? mx.map((exchange) => ({ exchange, priority: 10 })) : none(),
  }
}

const check = (zone: Zone, more: Partial<DomainQuestion> = {}) =>
  checkDomain({ domain: DOMAIN, providers: ['sendgrid'], selectors: [], ...more }, resolverOf(zone))

const codesOf = async (zone: Zone, more: Partial<DomainQuestion> = {}) =>
  (await check(zone, more)).problems.map(({ code, level }) => `${level} ${code}`)

const withText = (name: string, texts: string[]): Zone => ({
  ...GOOD,
  txt: { ...GOOD.txt, [name]: texts },
})

test('a domain with everything is ready for thousands a day', async () => {
  expect(await check(GOOD)).toEqual({
    domain: DOMAIN,
    ready: 'bulk',
    problems: [],
    records: [
      { name: DOMAIN, type: 'TXT', value: 'v=spf1 include:sendgrid.net ~all' },
      { name: `s1._domainkey.${DOMAIN}`, type: 'CNAME', value: 's1.domainkey.u1.wl2.sendgrid.net' },
      {
        name: `_dmarc.${DOMAIN}`,
        type: 'TXT',
        value: 'v=DMARC1; p=quarantine; rua=mailto:d@loja.example',
      },
      { name: DOMAIN, type: 'MX', value: '10 mx.loja.example' },
    ],
  })
})

test('a domain with nothing is told what to write', async () => {
  const { ready, problems } = await check({})
  expect(ready).toBe('no')
  expect(problems.map(({ code, record }) => [code, record?.name, record?.value])).toEqual([
    ['SPF_MISSING', DOMAIN, 'v=spf1 include:sendgrid.net ~all'],
    ['DKIM_MISSING', `s1._domainkey.${DOMAIN}`, expect.stringContaining('sendgrid.net')],
    ['DMARC_MISSING', `_dmarc.${DOMAIN}`, 'v=DMARC1; p=none; rua=mailto:dmarc@loja.example'],
    ['MX_MISSING', undefined, undefined],
  ])
})

test.each([
  [['v=spf1 a -all', 'v=spf1 mx -all'], ['error SPF_TWICE']],
  [['v=spf1 include:sendgrid.net +all'], ['error SPF_OPEN']],
  [['v=spf1 include:sendgrid.net'], ['warning SPF_NOT_CLOSED']],
  [['v=spf1 include:sendgrid.net ?all'], ['warning SPF_NOT_CLOSED']],
  [['v=spf1 mx ~all'], ['warning SPF_PROVIDER_MISSING']],
  [['v=spf1 inclde:sendgrid.net ~all'], ['error SPF_INVALID']],
  [['v=spf1 include:sendgrid.net redirect=_spf.loja.example'], []],
])('SPF %j', async (texts, codes) => {
  expect(await codesOf(withText(DOMAIN, texts))).toEqual(codes)
})

test('what is included is counted, in a circle too', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `s${n}.example`)
  const txt = Object.fromEntries(
    names.map((name, n) => [name, [`v=spf1 include:s${n + 1}.example ~all`]]),
  )
  const zone = withText(DOMAIN, ['v=spf1 include:sendgrid.net include:s0.example ~all'])
  expect(await codesOf({ ...zone, txt: { ...zone.txt, ...txt } })).toEqual([
    'error SPF_TOO_MANY_LOOKUPS',
  ])
  const circle = { 's0.example': ['v=spf1 include:s0.example ~all'] }
  expect(await codesOf({ ...zone, txt: { ...zone.txt, ...circle } })).toEqual([])
})

test.each([
  ['v=DKIM1; p=', ['error DKIM_REVOKED']],
  ['v=DKIM1; p=!!', ['error DKIM_REVOKED']],
  [`k=rsa; p=${keyOf(1024)}`, ['warning DKIM_WEAK']],
  ['k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', []],
])('DKIM %s', async (key, codes) => {
  expect(await codesOf(withText(`s1._domainkey.${DOMAIN}`, [key]))).toEqual(codes)
})

test('a selector of one’s own is asked for', async () => {
  const zone: Zone = {
    ...GOOD,
    txt: { ...GOOD.txt, [`s1._domainkey.${DOMAIN}`]: [], [`meu._domainkey.${DOMAIN}`]: [GOOD_KEY] },
  }
  expect(await codesOf(zone)).toEqual(['error DKIM_MISSING'])
  expect(await codesOf(zone, { selectors: ['meu'] })).toEqual([])
})

test.each([
  [['v=DMARC1; p=none; rua=mailto:a@b.c'], ['info DMARC_WATCHING_ONLY'], 'bulk'],
  [['v=DMARC1; p=reject'], ['info DMARC_NO_REPORTS'], 'bulk'],
  [['v=DMARC1; sp=reject'], ['error DMARC_INVALID'], 'few'],
  [['v=DMARC1; p=none', 'v=DMARC1; p=reject'], ['error DMARC_TWICE'], 'few'],
])('DMARC %j', async (texts, codes, ready) => {
  const zone = withText(`_dmarc.${DOMAIN}`, texts)
  expect(await codesOf(zone)).toEqual(codes)
  expect((await check(zone)).ready).toBe(ready)
})

test('a DNS that does not answer is no proof that nothing is there', async () => {
  const silent: DnsResolver = {
    resolveTxt: () => Promise.reject(Object.assign(new Error('x'), { code: 'ETIMEOUT' })),
    resolveCname: () => Promise.resolve([]),
    resolveMx: () => Promise.resolve([]),
  }
  const report = await checkDomain({ domain: DOMAIN, providers: [], selectors: [] }, silent)
  expect(report).toMatchObject({ ready: 'no', problems: [{ code: 'DNS_UNREACHABLE' }] })
})
