import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import clean from '../../examples/opt-in.json' with { type: 'json' }
import tests from '../../examples/lead-to-purchase.tests.json' with { type: 'json' }
import { parseCall, runCall, USAGE } from './command.ts'

function run(words: string, ...files: unknown[]): { code: number; text: string } {
  const call = parseCall(words.split(' '))
  if (typeof call === 'string') return { code: 2, text: call }
  return runCall(
    call,
    files.map((file) => (typeof file === 'string' ? file : JSON.stringify(file))),
  )
}

describe('the workflow command', () => {
  it('refuses what is no call with a sentence', () => {
    expect(parseCall([])).toBe(USAGE)
    expect(parseCall(['fly', 'a.json'])).toMatch(/^There is no command "fly"/)
    expect(parseCall(['constructor', 'a.json'])).toMatch(/^There is no command/)
    expect(parseCall(['check'])).toMatch(/^Write: check FILE/)
    expect(parseCall(['check', 'a', '--fast'])).toMatch(/^There is no option "--fast"/)
    expect(parseCall(['export', 'a'])).toMatch(/^Say the format/)
    expect(parseCall(['export', 'a', '--to', 'pdf'])).toMatch(/^Say the format/)
    expect(parseCall(['export', '--to=scxml', 'a', '--json'])).toEqual({
      command: 'export',
      files: ['a'],
      to: 'scxml',
      json: true,
    })
  })

  it('refuses files that hold no JSON, no workflow, no script, no tests', () => {
    expect(run('check a.json', '{')).toMatchObject({ code: 2 })
    expect(run('check a.json', '[]').text).toBe('a.json is not a workflow: it holds no JSON object')
    expect(run('simulate a s', purchase, { x: 1 }).code).toBe(2)
    expect(run('simulate a s', purchase, [{ skip: 'já' }]).text).toMatch(/entry 1/)
    expect(run('test a t', purchase, [{ name: '' }]).code).toBe(2)
  })

  it('answers 0 for what is clean', () => {
    expect(run('check a', clean)).toMatchObject({ code: 0, text: 'No problems found.' })
    expect(run('check a', purchase)).toMatchObject({ code: 0 })
    expect(run('paths a', purchase).text).toMatch(/14 of 14 states, 23 of 23 transitions/)
    expect(run('test a t', purchase, tests)).toMatchObject({ code: 0 })
    expect(run('test a t', purchase, { tests }).text).toMatch(/10 passed, 0 failed$/)
    expect(run('export a --to mermaid', purchase).text).toMatch(/^stateDiagram-v2\n/)
  })

  it('answers 1 for errors in the workflow, failed tests and scripts that do not fit', () => {
    for (const words of ['check a', 'paths a', 'export a --to xstate']) {
      expect(run(words, { id: 1 })).toMatchObject({ code: 1 })
    }
    expect(
      run('test a t', purchase, [{ name: 'x', script: [], expect: { status: 'done' } }]),
    ).toEqual({
      code: 1,
      text: expect.stringMatching(/FAILED {2}x\n .*expected was "done"/) as string,
    })
    expect(run('simulate a s', purchase, [{ result: { node: 'fim' } }]).code).toBe(1)
  })

  it('prints a simulation for people', () => {
    expect(run('simulate a s', purchase, [{ skip: 'P1D' }]).text).toBe(`Steps
  2026-03-10 12:00  lead.captured  cadastro
  2026-03-10 12:00  effect.done  jornada → boas_vindas
  2026-03-10 12:00  effect.done  espera_compra

Messages
  2026-03-10 12:00  > [boas_vindas] · Ana Souza

Timers
  espera_compra until 2026-03-12 12:00

active in espera_compra`)
  })

  it('tells what changed between two files, which is no fault', () => {
    const older = { ...purchase, layout: { a: 1 } }
    expect(run('diff a b', older, purchase)).toEqual({ code: 0, text: 'No difference.' })
    const nodes = purchase.nodes
      .filter(({ id }) => id !== 'espera_compra')
      .map((node) => (node.next === 'espera_compra' ? { ...node, next: 'lembrete' } : node))
    const { code, text } = run('diff a b', purchase, { ...purchase, nodes })
    expect(code).toBe(0)
    expect(text).toMatch(/^“Esperar a compra”: state removed$/m)
    expect(text).toMatch(/^ {2}espera_compra → nowhere \(the state was removed/m)
    expect(JSON.parse(run('diff a b --json', purchase, purchase).text)).toMatchObject({
      changes: [],
    })
    expect(run('diff a b', purchase, { id: 1 })).toMatchObject({ code: 2, text: /^b is not/ })
    expect(run('diff a b', { id: 1 }, purchase)).toMatchObject({ code: 2, text: /^a is not/ })
    expect(run('diff a b', purchase, []).code).toBe(2)
  })

  it('prints JSON on demand', () => {
    const { text } = run('simulate a s --json', purchase, { script: [], zone: 'UTC' })
    expect(JSON.parse(text)).toMatchObject({ final: { states: ['espera_compra'] } })
    expect(JSON.parse(run('export a --to scxml --json', purchase).text)).toMatchObject({
      format: 'scxml',
    })
  })
})
