import { expect, test } from 'vitest'
import { compilePattern, patternProblem } from './pattern.ts'

const HOSTILE = [
  '(a+)+$',
  '(a+)+b',
  '([a-zA-Z]+)*$',
  '(a|aa)+$',
  '(a|a?)+$',
  '(a|a|a|a)*b',
  '(.*a){20}$',
  '(.*a){12}b',
  '(a*)*b',
  '(a*)*(a*)*(a*)*b',
  '(x+x+)+y',
  '(a+a+)+b',
  '(.*)*b',
  '(.*)+=(.*)+',
  '.*.*.*.*.*=.*',
  '(\\w+\\s?)*!',
  '(\\w+\\w+)*!',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '^(a?){50}a{50}$',
  '(?:a?){100}a{100}',
  '(a{1,30}){1,30}b',
  '(a{0,30}){30}$',
  '((a{0,100}){0,10}){0,10}b',
  'a{1000}b',
  '(?:a|b|ab)*c',
  '([ab]*a[ab]{20})*c',
  '[ab]*a[ab]{50}c',
  '(\\p{L}+)*\\d',
  '(\\p{L}{20}){20}\\d',
  '(?i)(á+)+ç',
  '^\\s+|\\s+$',
  '(\\s*,?\\s*)*$b',
  '^(\\d+)*$',
  '^([^@]+)+@([^.]+)+\\.com$',
  '^(?:.*,){15}P',
  '("(?:\\\\.|[^"])*")*x',
  '(<[^>]*>)*x',
  '(https?://)?(([a-z0-9]+)[.-]?)+/$',
  '(^|a)+(a|$)+b',
  '(a.*)*z',
]
const TEXTS = ['a'.repeat(50_000), `${'ab'.repeat(24_999)}!`, 'á, a1 '.repeat(8333)]

test.each(HOSTILE)('the hostile pattern %s takes no longer than 100 ms or is refused', (source) => {
  for (const text of TEXTS) {
    const start = process.threadCpuUsage().user
    if (patternProblem(source) === null) compilePattern(source)(text)
    // In the processor's time of this thread: other work on the machine must not make it red.
    expect((process.threadCpuUsage().user - start) / 1000).toBeLessThan(100)
  }
})

test('a pattern is found anywhere in the text, whatever its case where it says so', () => {
  expect(compilePattern('plano (básico|pro)')('quero o plano pro já')).toBe(true)
  expect(compilePattern('^plano')('o plano')).toBe(false)
  expect(compilePattern('(?i)AÇÃO')('uma ação')).toBe(true)
  expect(compilePattern('')(null)).toBe(false)
})

test('wrong, unsupported and too large patterns are refused with a reason', () => {
  for (const source of ['(', '[a', 'a{2,1}', '(?=a)', '(a)\\1', 'a{1001}', 'a'.repeat(501)]) {
    expect(patternProblem(source), source).not.toBeNull()
    expect(() => compilePattern(source), source).toThrow(Error)
  }
  expect(patternProblem('((a{0,100}){0,10}){0,10}b')).not.toBeNull()
  expect(patternProblem('^\\d{5}-?\\d{3}$')).toBeNull()
})

test('a text that is too long for its pattern is no match', () => {
  expect(compilePattern('a')('a'.repeat(50_000))).toBe(true)
  expect(compilePattern('a')('a'.repeat(50_001))).toBe(false)
  expect(compilePattern('a{900}')('a'.repeat(1000))).toBe(true)
  expect(compilePattern('a{900}')('a'.repeat(2000))).toBe(false)
})
