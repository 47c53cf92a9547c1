import { describe, expect, it } from 'vitest'
import { FluxoError } from '#machines/contracts/errors.ts'
import { readSendAnswer, readSendFailure } from './outcome.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const answer = (status: number, body: unknown, headers = {}) =>
  readSendAnswer(
    { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) },
    NOW,
  )
const refusal = (code: number) => ({
  error: { message: 'm', type: 't', code, error_data: { details: 'why' } },
})

describe('readSendAnswer', () => {
  it('takes a wamid for acceptance', () => {
    expect(
      answer(200, { messages: [{ id: 'wamid.A', message_status: 'held_for_quality_assessment' }] }),
    ).toEqual({
      type: 'accepted',
      providerMessageId: 'wamid.A',
      output: { message_id: 'wamid.A', status: 'held_for_quality_assessment' },
    })
  })

  it.each([
    [429, 130429, 'retry'],
    [400, 131056, 'retry'],
    [400, 80007, 'retry'],
    [500, 131000, 'retry'],
    [503, 131016, 'retry'],
    [500, 2, 'retry'],
    [400, 131047, 'failed'],
    [400, 131026, 'failed'],
    [401, 190, 'failed'],
    [403, 10, 'failed'],
    [400, 132001, 'failed'],
    [400, 131049, 'failed'],
    [400, 100, 'failed'],
    [400, 999999, 'failed'],
    [429, 999999, 'retry'],
    [500, 999999, 'uncertain'],
    [500, 190, 'failed'],
  ])('reads %i with code %i as %s', (status, code, type) => {
    expect(answer(status, refusal(code))).toMatchObject({
      type,
      error: { code: `WHATSAPP_${code}`, message: 'why' },
    })
  })

  it.each([
    [429, 'retry'],
    [503, 'retry'],
    [400, 'failed'],
    [404, 'failed'],
    [500, 'uncertain'],
    [502, 'uncertain'],
    [504, 'uncertain'],
    [200, 'uncertain'],
    [302, 'uncertain'],
  ])('reads a bare %i as %s', (status, type) => {
    expect(answer(status, '<html>')).toMatchObject({ type, error: { code: `HTTP_${status}` } })
    expect(answer(status, {})).toMatchObject({ type })
  })

  it.each([
    ['1', 1000],
    ['0', 0],
    ['999999', 3_600_000],
    ['Sun, 22 Nov 2026 12:00:07 GMT', 7000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ])('honours Retry-After: %s', (header, retryAfterMs) => {
    expect(answer(429, refusal(130429), { 'retry-after': header })).toMatchObject({
      type: 'retry',
      retryAfterMs,
    })
  })

  it('leaves the delay open without a readable Retry-After', () => {
    expect(answer(429, refusal(130429))).not.toHaveProperty('retryAfterMs')
    expect(answer(429, refusal(130429), { 'retry-after': 'soon' })).not.toHaveProperty(
      'retryAfterMs',
    )
  })
})

describe('a hostile answer', () => {
  it('cannot put text into an outcome that PostgreSQL refuses', () => {
    const cut = { error: { code: 131047, message: `${'x'.repeat(499)}😀` } }
    const nulls = '{"error":{"code":131047,"message":"a\\u0000b\\ud800"}}'
    for (const body of [cut, nulls]) {
      const outcome = answer(400, body)
      const message = outcome.type === 'failed' ? outcome.error.message : '\u0000'
      expect(message.isWellFormed() && !message.includes('\u0000')).toBe(true)
    }
    expect(answer(200, '{"messages":[{"id":"wamid.\\u0000A"}]}')).toMatchObject({
      providerMessageId: 'wamid.A',
    })
    expect(answer(200, '{"x":'.repeat(10_000)).type).toBe('uncertain')
  })
})

describe('readSendFailure', () => {
  it.each([
    [new FluxoError('EGRESS_UNREACHABLE'), 'retry'],
    [new FluxoError('EGRESS_BLOCKED'), 'failed'],
    [new FluxoError('REQUEST_INVALID'), 'failed'],
    [new FluxoError('EGRESS_INTERRUPTED'), 'uncertain'],
    [new FluxoError('EGRESS_TOO_LARGE'), 'uncertain'],
    [new Error('surprise'), 'uncertain'],
    ['text', 'uncertain'],
  ])('reads %s as %s', (failure, type) => {
    expect(readSendFailure(failure).type).toBe(type)
  })
})
