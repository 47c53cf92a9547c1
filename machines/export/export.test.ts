import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMachine, getNextTransitions, initialTransition } from 'xstate'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { documentOf, textNode } from '../testing/document.ts'
import { toMermaid } from './to-mermaid.ts'
import { toScxml } from './to-scxml.ts'
import { toXState } from './to-xstate.ts'

/** Throws where tags do not close in order or a sign is not escaped. */
function readXml(text: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const rest = text.replaceAll(
    /<(\/?)([a-z]+)((?: [a-z:]+="[^"<>]*")*)(\/?)>/g,
    (_, ...found: string[]) => {
      const [closes, tag = '', attributes = '', empty] = found
      if (/&(?!amp;|lt;|gt;|quot;|#\d+;)/.test(attributes)) throw new Error(attributes)
      if (closes) {
        if (open.pop() !== tag) throw new Error(`</${tag}>`)
      } else {
        seen.push(`${tag}${attributes}`)
        if (!empty) open.push(tag)
      }
      return ''
    },
  )
  if (open.length > 0) throw new Error(open.join())
  expect(rest.replace('<?xml version="1.0" encoding="UTF-8"?>', '').trim()).toBe('')
  return seen
}

const hostile = documentOf([textNode('a😀', { label: 'x"; } --> <b>&\u0000\n]]>' })], {
  name: 'A & "B" <c> \u0001',
})

describe('an export', () => {
  it('to XState is a machine that starts where ours does', () => {
    const { text } = toXState(purchase)
    const config = /createMachine\(([\s\S]*)\)\n$/.exec(text ?? '')?.[1] ?? ''
    const machine = createMachine(JSON.parse(config) as object)
    const [snapshot] = initialTransition(machine)
    expect(snapshot.value).toBe('cadastro')
    expect(getNextTransitions(snapshot).map(({ eventType }) => eventType)).toEqual([
      'effect.done',
      'effect.failed',
    ])
    expect(Object.keys(machine.states['jornada']?.states ?? {})).toContain('espera_compra')
  })

  it('to SCXML is well-formed, also for hostile words', () => {
    const tags = readXml(toScxml(purchase).text ?? '')
    expect(tags).toContain('state id="espera_compra"')
    expect(tags).toContain('transition event="purchase.approved" target="valor"')
    expect(tags).toContain('transition event="after.espera_compra" target="lembrete"')
    expect(tags).toContain('final id="run.end"')
    expect(readXml(toScxml(hostile).text ?? '')[0]).toContain('A &amp; &quot;B&quot; &lt;c&gt; ')
  })

  it('to Mermaid draws every state and way', () => {
    expect(toMermaid(welcome).text).toBe(
      [
        'stateDiagram-v2',
        '  state "cadastro · name, phone, tags" as s1',
        '  state "boas_vindas · boas_vindas" as s2',
        '  state "pausa · PT10M" as s3',
        '  state "reforco · name , ficou alguma dúvida? É só responder por…" as s4',
        '  state "Falha à espera de uma pessoa" as s6',
        '  [*] --> s1',
        '  s1 --> s2',
        '  s1 --> s6 : error',
        '  s2 --> s3',
        '  s2 --> s6 : error',
        '  s3 --> s4',
        '  s4 --> [*]',
        '  s4 --> s6 : error',
        '',
      ].join('\n'),
    )
  })

  it('keeps a line a line whatever a label says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (label) => {
        const document = documentOf([textNode('a', { label }), textNode('b')])
        expect(toMermaid(document).text?.split('\n')).toHaveLength(10)
        readXml(toScxml(document).text ?? '')
      }),
      { numRuns: 100 },
    )
  })

  it('of a document with errors is nothing but its diagnostics', () => {
    for (const write of [toXState, toMermaid, toScxml]) {
      expect(write({}).text).toBeNull()
      expect(write({}).diagnostics.length).toBeGreaterThan(0)
    }
  })
})
