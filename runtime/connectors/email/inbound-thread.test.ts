import { expect, it } from 'vitest'
import { parseMail } from './inbound-mail.ts'
import { effectIdIn, threadOf } from './inbound-thread.ts'

const thread = async (headers: string, recipients: string[] = []) =>
  threadOf(await parseMail(Buffer.from(`From: a@b.co\r\n${headers}\r\n\r\nx`)), recipients)

it('trusts the reply address first, then what is answered, then the mails before', async () => {
  const headers =
    'In-Reply-To: <eff_01b_2@x.co>\r\nReferences: <old@y.co>\r\n <eff_01a_1@x.co>\r\n <eff_01b_2@x.co>'
  expect(await thread(headers, ['Loja <x@x.co>', 'reply+eff_01c_3@in.x.co'])).toEqual({
    effectIds: ['eff_01c_3', 'eff_01b_2', 'eff_01a_1'],
    providerMessageIds: ['old@y.co'],
  })
})

it('knows mails of SES by the id before its domain', async () => {
  const headers = 'In-Reply-To: <0100018f-1@email.amazonses.com>'
  expect(await thread(headers)).toEqual({
    effectIds: [],
    providerMessageIds: ['0100018f-1', '0100018f-1@email.amazonses.com'],
  })
})

it('does not read endless references', async () => {
  const many = Array.from({ length: 500 }, (_, n) => `<m${n}@y.co>`).join('\r\n ')
  expect((await thread(`References: ${many}`)).providerMessageIds).toHaveLength(20)
})

it.each([
  ['reply+eff_01a_out@x.co', 'eff_01a_out'],
  ['REPLY+EFF_01A_1@x.co', 'eff_01a_1'],
  ['eff_01a_1', 'eff_01a_1'],
  ['reply+run_1@x.co', null],
  ['reply+eff_01a%1@x.co', null],
  ['eff_@x.co', null],
  ['', null],
])('%s names %s', (address, effect) => {
  expect(effectIdIn(address)).toBe(effect)
})
