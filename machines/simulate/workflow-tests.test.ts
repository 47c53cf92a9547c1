import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import purchaseTests from '../../examples/lead-to-purchase.tests.json' with { type: 'json' }
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import welcomeTests from '../../examples/lead-welcome.tests.json' with { type: 'json' }
import { documentOf } from '../testing/document.ts'
import { runTests } from './workflow-tests.ts'

const failing = (expected: object, script: unknown[] = []) =>
  runTests(welcome, [{ name: 't', script, expect: expected }])[0]?.message

describe('recorded tests', () => {
  it.each([
    ['lead-to-purchase', purchase, purchaseTests],
    ['lead-welcome', welcome, welcomeTests],
  ])('of %s hold', (_, document, tests) => {
    expect(runTests(document, tests).filter(({ passed }) => !passed)).toEqual([])
  })

  it('tell the first difference in both languages', () => {
    expect(failing({ status: 'done' })).toEqual({
      'pt-BR': 'Terminou como "active", esperava-se "done".',
      en: 'It ended as "active", expected was "done".',
    })
    expect(failing({ states: ['reforco'] })?.en).toBe('It is in pausa, expected was reforco.')
    expect(failing({ messages: [] })?.en).toBe(
      'Message 1 says "[boas_vindas] · Ana Souza", none was expected.',
    )
    expect(failing({ messages: ['[boas_vindas]', 'tchau'] })?.['pt-BR']).toBe(
      'A mensagem 2 não foi enviada, esperava-se "tchau".',
    )
    expect(failing({ vars: { x: 1 } })?.en).toBe('The variable "x" is null, expected was 1.')
    expect(failing({}, [{ skip: 'já' }])?.en).toMatch(/^Entry 1 of the script: .*skip/)
  })

  it('begin when and where they say, else where they are run', () => {
    const clock = documentOf([{ type: 'set.variable', set: { hour: "{{ now | date: '%H' }}" } }])
    const says = (hour: string, own: object) => ({
      name: 't',
      script: [],
      ...own,
      expect: { vars: { hour } },
    })
    const at = '2026-03-10T12:30:00Z'
    const tests = [
      says('09', {}),
      says('21', { zone: 'Asia/Tokyo' }),
      says('08', { at, zone: 'America/Manaus' }),
    ]
    expect(runTests(clock, tests).map(({ passed }) => passed)).toEqual([true, true, true])
    expect(runTests(clock, [says('13', {})], { zone: 'Europe/Berlin' })[0]?.passed).toBe(true)
  })

  it('fail when they take more steps than they may', () => {
    const script = [{ skip: 'PT10M' }]
    const [outcome] = runTests(welcome, [{ name: 't', script, expect: {} }], { maxSteps: 2 })
    expect(outcome).toMatchObject({
      passed: false,
      message: { en: expect.stringMatching(/2 steps/) },
    })
  })

  it('fail for a workflow with errors and for a list that is none', () => {
    expect(runTests({}, welcomeTests).every(({ passed }) => !passed)).toBe(true)
    expect(runTests(welcome, { name: 1 })).toMatchObject([{ passed: false }])
  })
})
