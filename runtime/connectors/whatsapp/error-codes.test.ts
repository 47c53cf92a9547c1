import { describe, expect, it } from 'vitest'
import { describeWhatsAppError, toEffectError } from './error-codes.ts'

describe('describeWhatsAppError', () => {
  it.each([
    [0, 'auth'],
    [190, 'auth'],
    [3, 'permission'],
    [10, 'permission'],
    [200, 'permission'],
    [299, 'permission'],
    [4, 'rate'],
    [80007, 'rate'],
    [130429, 'rate'],
    [131056, 'rate'],
    [131048, 'spam'],
    [131049, 'not_delivered'],
    [130472, 'not_delivered'],
    [131050, 'opted_out'],
    [131047, 'window_closed'],
    [131026, 'unreachable'],
    [131053, 'media'],
    [131000, 'temporary'],
    [131016, 'temporary'],
    [2, 'temporary'],
    [100, 'parameter'],
    [131009, 'parameter'],
    [132000, 'template'],
    [132015, 'template'],
    [132069, 'flow'],
    [131031, 'account'],
    [133010, 'account'],
    [999999, 'unknown'],
  ])('puts %i into class %s', (code, expected) => {
    const info = describeWhatsAppError(code)
    expect(info.class).toBe(expected)
    expect(info.retry).toBe(expected === 'rate' || expected === 'temporary')
    expect(info.retry).toBe(info.rule !== 'never')
    expect(info.cause['pt-BR'] && info.cause.en).toBeTruthy()
  })

  it.each([
    [131056, 'pair', 'wait'],
    [130429, 'number', 'wait'],
    [131057, 'upgrade', 'wait'],
    [131016, 'backoff', 'wait'],
    [131050, 'never', 'respect_opt_out'],
    [131047, 'never', 'use_template'],
    [131026, 'never', 'mark_unreachable'],
    [131048, 'never', 'stop_campaigns'],
    [190, 'never', 'renew_token'],
    [132015, 'never', 'fix_template'],
  ])('of %i says when to try again, %s, and what to do, %s', (code, rule, action) => {
    expect(describeWhatsAppError(code)).toMatchObject({ rule, action })
  })

  it('has a sentence of its own for each code of templates', () => {
    const codes = [132000, 132001, 132005, 132007, 132012, 132015, 132016]
    const causes = codes.map((code) => describeWhatsAppError(code).cause)
    expect(new Set(causes.map(({ en }) => en)).size).toBe(codes.length)
    expect(new Set(causes.map((cause) => cause['pt-BR'])).size).toBe(codes.length)
  })

  it("prefers Meta's details, bounded", () => {
    const error = {
      code: 131047,
      title: 'Re-engagement message',
      error_data: { details: 'x'.repeat(900) },
    }
    expect(toEffectError(error)).toEqual({ code: 'WHATSAPP_131047', message: 'x'.repeat(500) })
    expect(toEffectError({ code: 131047 }).message).toMatch(/24 hours/)
  })
})
