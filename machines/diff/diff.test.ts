import { describe, expect, test } from 'vitest'
import type { WorkflowChange } from '../contracts/versions.ts'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { diffWorkflows } from './diff.ts'

type Node = { id: string } & Record<string, unknown>

const wait = (id: string, more: object = {}): Node => ({
  id,
  type: 'wait.for.event',
  event: 'x.y',
  ...more,
})

function diff(
  before: object[],
  after: object[],
  more: [object, object] = [{}, {}],
): WorkflowChange[] {
  const changes = diffWorkflows(documentOf(before, more[0]), documentOf(after, more[1]))
  if (!changes) throw new Error('not readable')
  return changes
}

const said = (changes: WorkflowChange[]): string[] => changes.map(({ message }) => message.en)
const dito = (changes: WorkflowChange[]): string[] => changes.map(({ message }) => message['pt-BR'])

describe('what is no change', () => {
  test('layout, key order, and what was only spelled out', () => {
    const nodes = [textNode('a'), wait('b', { timeout: 'P1D' }), textNode('c')]
    const spelled = [
      { next: 'b', text: 'Oi', type: 'whatsapp.send_text', id: 'a' },
      wait('b', { timeout: 'P1D', timeoutNext: 'c', next: 'c' }),
      textNode('c', { next: null }),
    ]
    expect(diff(nodes, spelled, [{ layout: { a: [1, 2] } }, { layout: { a: [3, 4] } }])).toEqual([])
  })
})

describe('a state', () => {
  test('lost or gained its time-out, or has another one', () => {
    const [without, one, two] = [
      wait('n7'),
      wait('n7', { timeout: 'P2D' }),
      wait('n7', { timeout: 'P1D' }),
    ]
    expect(diff([one], [without])).toEqual([
      {
        kind: 'changed',
        nodeId: 'n7',
        path: '.timeout',
        before: 'P2D',
        after: null,
        message: {
          'pt-BR': 'n7: deixou de ter prazo (antes, P2D)',
          en: 'n7: time-out removed (before, P2D)',
        },
      },
    ])
    expect(said(diff([without], [one]))).toEqual(['n7: time-out added: P2D'])
    expect(dito(diff([one], [two]))).toEqual(['n7: o prazo mudou de P2D para P1D'])
  })

  test('leads elsewhere, handles failures or no longer', () => {
    const nodes = (a: object) => [textNode('a', a), textNode('b'), textNode('c')]
    expect(said(diff(nodes({}), nodes({ next: 'c' })))).toEqual(['a: now leads to c instead of b'])
    expect(said(diff(nodes({}), nodes({ next: null })))).toEqual([
      'a: now leads to the end instead of b',
    ])
    expect(dito(diff(nodes({}), nodes({ onError: 'c' })))).toEqual(['a: uma falha leva agora a c'])
    expect(said(diff(nodes({ onError: 'c' }), nodes({})))).toEqual([
      'a: no longer handles failures',
    ])
    expect(
      said(
        diff([choiceNode('i', 'a', 'b'), ...nodes({})], [choiceNode('i', 'c', 'b'), ...nodes({})]),
      ),
    ).toEqual(['i: the “yes” now leads to c instead of a'])
  })

  test('waits for other events, whatever the order they are listed in', () => {
    const events = (...types: string[]) => ({
      id: 'w',
      type: 'wait.for.event',
      events: types.map((event) => ({ event, next: null })),
    })
    expect(diff([events('a.b', 'c.d')], [events('c.d', 'a.b')])).toEqual([])
    expect(said(diff([events('a.b', 'c.d')], [events('c.d', 'e.f')]))).toEqual([
      'w: without the way out that it had, the event a.b',
      'w: new way out, the event e.f, which leads to the end',
    ])
  })

  test('says something else, is another kind, has another name on the drawing', () => {
    expect(diff([textNode('a')], [textNode('a', { text: 'Olá' })])).toMatchObject([
      {
        path: '.text',
        before: 'Oi',
        after: 'Olá',
        message: { en: 'a: text changed from “Oi” to “Olá”' },
      },
    ])
    expect(said(diff([textNode('a')], [wait('a')]))).toEqual([
      'a: another kind of state: “Waits for something to happen, with a time-out” instead of “Sends a text over WhatsApp”',
    ])
    expect(said(diff([textNode('a')], [textNode('a', { label: 'Saudação' })]))).toEqual([
      '“Saudação”: name added: “Saudação”',
    ])
    const buttons = (title: string) => ({
      id: 'a',
      type: 'whatsapp.send_buttons',
      body: 'Oi',
      buttons: [{ id: 'x', title }],
    })
    expect(diff([buttons('Sim')], [buttons('Não')])).toMatchObject([
      { path: '.buttons[0].title', before: 'Sim' },
    ])
  })

  test('moved into a container, and a container or the workflow begins elsewhere', () => {
    const group = { id: 'g', type: 'group' }
    const flat = [group, textNode('x', { parent: 'g' }), textNode('a')]
    const nested = [group, textNode('x', { parent: 'g' }), textNode('a', { parent: 'g' })]
    expect(dito(diff(flat, nested))).toEqual([
      'g: leva agora ao fim, em vez de a',
      'x: leva agora a a, em vez do fim de g',
      'a: passou para dentro de g',
      'a: leva agora ao fim de g, em vez do fim',
    ])
    const [a, b] = [textNode('a', { next: 'b' }), textNode('b', { next: null })]
    expect(said(diff([a, b], [b, a]))).toEqual(['the workflow now begins with b'])
  })
})

describe('sentences', () => {
  test('call a state by its name, whichever of the two documents has it', () => {
    const nodes = (next: string) => [
      textNode('a', { label: 'Boas-vindas', next }),
      textNode('b', { label: 'Lembrete' }),
      textNode('c'),
    ]
    expect(dito(diff(nodes('b'), nodes('c')))).toEqual([
      '“Boas-vindas”: leva agora a c, em vez de “Lembrete”',
    ])
    expect(dito(diff(nodes('c'), [textNode('c')]))).toEqual([
      'o fluxo começa agora em c',
      '“Boas-vindas”: estado retirado',
      '“Lembrete”: estado retirado',
    ])
    expect(said(diff([textNode('c')], nodes('c')))).toContain(
      '“Lembrete”: new state, sends a text over WhatsApp',
    )
  })

  test('agree in number, and say a yes, a list and an empty value in words', () => {
    const set = (more: object) => [{ id: 's', type: 'whatsapp.send_text', text: 'Oi', ...more }]
    expect(dito(diff(set({ tags: ['x'] }), set({ tags: ['y', 'z'] })))).toEqual([
      's: as etiquetas mudaram de “x” para “y”, “z”',
    ])
    expect(dito(diff(set({ previewUrl: false }), set({ previewUrl: true })))).toEqual([
      's: “previewUrl” mudou de não para sim',
    ])
    expect(said(diff(set({}), set({ text: '' })))).toEqual(['s: text changed from “Oi” to nothing'])
  })
})

describe('renames', () => {
  test('a node that does the same under another id, and those that lead to it, are no other change', () => {
    const before = [
      textNode('a', { next: 'n7' }),
      textNode('z', { text: 'Z' }),
      wait('n7', { timeout: 'P1D' }),
    ]
    const after = [
      textNode('a', { next: 'n8' }),
      textNode('z', { text: 'Z', next: 'n8' }),
      wait('n8', { timeout: 'P1D' }),
    ]
    expect(diff(before, after)).toMatchObject([
      {
        kind: 'renamed',
        nodeId: 'n8',
        before: 'n7',
        after: 'n8',
        message: { 'pt-BR': 'n8: o identificador mudou de n7 para n8' },
      },
    ])
  })

  test('the same kind in the same place is a rename with what else changed', () => {
    const before = [textNode('a'), textNode('b', { text: 'Antes' }), wait('c')]
    const after = [textNode('a'), textNode('b2', { text: 'Depois' }), wait('c')]
    expect(diff(before, after).map(({ kind, path }) => [kind, path])).toEqual([
      ['renamed', ''],
      ['changed', '.text'],
    ])
  })

  test('another kind, or another place, is one removed and one added', () => {
    const kinds = (before: object[], after: object[]) =>
      diff(before, after).map(({ kind, nodeId }) => `${kind} ${nodeId}`)
    expect(kinds([textNode('a'), textNode('b')], [textNode('a'), wait('c')])).toEqual([
      'removed b',
      'changed a',
      'added c',
    ])
    expect(
      kinds([{ id: 'e', type: 'end' }, textNode('a')], [textNode('a'), { id: 'f', type: 'end' }]),
    ).toContain('removed e')
  })
})

test('the trigger and the name of the workflow', () => {
  const nodes = [textNode('a')]
  const trigger = (filter: object) => ({ trigger: { type: 'lead.captured', ...filter } })
  expect(
    dito(
      diff(nodes, nodes, [
        trigger({ filter: { source: ['a'] } }),
        trigger({ filter: { source: ['b'] }, reentry: 'once' }),
      ]),
    ),
  ).toEqual([
    'no gatilho, o filtro mudou de “a” para “b”',
    'no gatilho, passou a ter regra de nova entrada: “once”',
  ])
  expect(said(diff(nodes, nodes, [{ name: 'Um' }, { name: 'Dois' }]))).toEqual([
    'the workflow’s name changed from “Um” to “Dois”',
  ])
})

test('drafts with errors are compared as far as they can be read; what is no workflow gives null', () => {
  expect(
    said(diff([textNode('a')], [textNode('a', { txt: 1 }), { id: 'b', type: 'no.such' }])),
  ).toContain('b: new state, no.such')
  expect(diffWorkflows({ nodes: 1 }, documentOf([]))).toBeNull()
  expect(diffWorkflows(null, [])).toBeNull()
})
