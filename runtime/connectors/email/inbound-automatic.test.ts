import { describe, expect, it } from 'vitest'
import { automaticReasonOf, createLoopGuard } from './inbound-automatic.ts'
import { parseMail } from './inbound-mail.ts'

const OWN = new Set(['loja@x.co'])
const reasonOf = async (headers: string, from = 'ana@y.co') =>
  automaticReasonOf(
    await parseMail(Buffer.from(`From: ${from}\r\nTo: loja@x.co\r\n${headers}\r\n\r\nOi`)),
    OWN,
  )

it.each([
  ['Auto-Submitted: auto-replied', 'auto_submitted'],
  ['Auto-Submitted: auto-generated; x=y', 'auto_submitted'],
  ['X-Autoreply: yes', 'auto_submitted'],
  ['X-Autorespond: Re: oi', 'auto_submitted'],
  ['Precedence: bulk', 'bulk'],
  ['Precedence: auto_reply', 'bulk'],
  ['List-Id: <news.y.co>', 'bulk'],
  ['Subject: Automatic reply: Pedido', 'out_of_office'],
  ['Subject: Out of Office: x', 'out_of_office'],
  ['Subject: =?utf-8?q?Resposta_autom=C3=A1tica=3A_Pedido?=', 'out_of_office'],
  ['Subject: =?utf-8?q?Aus=C3=AAncia_tempor=C3=A1ria?=', 'out_of_office'],
  ['Subject: Re: Fora do =?utf-8?q?escrit=C3=B3rio?=', 'out_of_office'],
  ['Return-Path: <>', 'report'],
  ['X-Fluxo-Effect: eff_1', 'loop'],
])('sees the machine behind %s', async (headers, reason) => {
  expect(await reasonOf(headers)).toBe(reason)
})

it('sees servers and ourselves by the sender', async () => {
  expect(await reasonOf('Subject: x', 'MAILER-DAEMON@y.co')).toBe('report')
  expect(await reasonOf('Subject: x', 'no-reply@y.co')).toBe('report')
  expect(await reasonOf('Subject: x', 'Loja <LOJA@x.co>')).toBe('loop')
})

it.each([
  'Subject: Re: Pedido',
  'Auto-Submitted: no',
  'Subject: I am out of milk; the office called',
  'X-Auto-Response-Suppress: All',
  'Precedence: normal',
])('takes %s for a person’s', async (headers) => {
  expect(await reasonOf(headers)).toBeNull()
})

describe('the guard', () => {
  it('knows more than thirty mails in ten minutes for a loop, for that sender alone', () => {
    const guard = createLoopGuard()
    const looping = (key: string, at: number): boolean => guard.isLooping(key, at)
    const first = Array.from({ length: 30 }, (_, n) => looping('a', n * 1000))
    expect(first).not.toContain(true)
    expect(looping('a', 31_000)).toBe(true)
    expect(looping('b', 31_000)).toBe(false)
    expect(looping('a', 31_000 + 10 * 60_000)).toBe(false)
  })
})
