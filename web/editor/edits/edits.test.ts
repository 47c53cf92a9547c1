// What each edit makes of small drafts, as people would say it.

import { describe, expect, test } from 'vitest'
import { compile } from '#machines/compile/compile.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { compileTemplate } from '#machines/expression/template.ts'
import { NODE_KINDS, nodeKindOf } from '#machines/nodes/registry.ts'
import { choiceNode, documentOf, textNode } from '#machines/testing/document.ts'
import type { Edit } from '../draft/draft.ts'
import { applyFix } from './apply-fix.ts'
import { connect } from './connect.ts'
import { copyNodes, readClip } from './copy-nodes.ts'
import { duplicateNodes } from './duplicate-nodes.ts'
import { renamedIn } from './expression-names.ts'
import { freshBody } from './fresh-body.ts'
import { groupNodes, ungroup } from './group-nodes.ts'
import { insertNode } from './insert-node.ts'
import { moveAfter } from './move-after.ts'
import { moveInto } from './move-into.ts'
import { openPorts } from './open-ports.ts'
import { outlineOf } from './outline.ts'
import { pasteNodes } from './paste-nodes.ts'
import { valueAt, withValueAt, keysOf } from './paths.ts'
import { clearPositions, positionsOf, setPositions } from './positions.ts'
import { removeNodes } from './remove-nodes.ts'
import { nameProblem, renameNode } from './rename-node.ts'
import { setField } from './set-field.ts'
import { setTrigger } from './set-trigger.ts'

const draft = (nodes: object[], more: object = {}) => documentOf(nodes, more) as WorkflowDocument
const line = (...ids: string[]) => draft(ids.map((id) => textNode(id)))
const loop = (...nodes: object[]) =>
  draft([
    { id: 'l', type: 'loop.for-each', items: '$.payload.items', as: 'item' },
    ...nodes.map((node) => ({ ...node, parent: 'l' })),
    textNode('z'),
  ])

/** `a.next → b`, for every exit that the compiler would see. */
function arrows({ document }: Pick<Edit, 'document'>): string[] {
  return outlineOf(document.nodes).nodes.flatMap(({ id, exits }) =>
    exits.map(({ port, target }) => `${id}.${port.name} → ${target}`),
  )
}
const node = ({ document }: Pick<Edit, 'document'>, id: string) =>
  document.nodes.find((each) => each.id === id)
const idsOf = ({ document }: Pick<Edit, 'document'>) => document.nodes.map(({ id }) => id)
const after = (nodeId: string, port = 'next') => ({ after: { nodeId, port } })

describe('a new node', () => {
  test.each(NODE_KINDS.map(({ type }) => type))('of kind %s can be read at once', (type) => {
    const made = insertNode(line('a'), { type, ...after('a') })
    const [id = ''] = made.select
    expect(nodeKindOf(type)?.schema.safeParse(node(made, id)).error?.issues).toBeUndefined()
    expect(freshBody(type)).not.toHaveProperty('id')
  })

  test('stands in the arrow, under a name that says what it is', () => {
    const made = insertNode(line('a', 'b'), { type: 'delay', ...after('a') })
    expect(made.select).toEqual(['espera'])
    expect(arrows(made)).toEqual(['a.next → espera', 'espera.next → b', 'b.next → $end'])
    expect(node(made, 'a')).not.toHaveProperty('next')
    expect(insertNode(made.document, { type: 'delay', ...after('b') }).select).toEqual(['espera_2'])
  })

  test('in one way of a choice leaves the other way as it was', () => {
    const start = draft([choiceNode('x', 'b', null), textNode('a'), textNode('b')])
    const { then: _then, else: _else, ...open } = start.nodes[0]!
    const made = insertNode(draft([open, textNode('a')]), { type: 'delay', ...after('x', 'then') })
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['x.then → espera', 'x.else → a', 'espera.next → a']),
    )
  })

  test('at the start is what the workflow begins with', () => {
    const made = insertNode(line('a'), { type: 'delay', ...after('$trigger') })
    expect(idsOf(made)).toEqual(['espera', 'a'])
    expect(arrows(made)[0]).toBe('espera.next → a')
  })

  test('by itself has nobody who leads to it, and ends the run', () => {
    const made = insertNode(line('a', 'b'), { type: 'delay' })
    expect(arrows(made)).toEqual(['a.next → b', 'b.next → $end', 'espera.next → $end'])
  })

  test('in a container is its last step; in a parallel it gets a path of its own', () => {
    const made = insertNode(loop(textNode('a')), { type: 'delay', into: 'l' })
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['a.next → espera', 'espera.next → done:l', 'l.next → z']),
    )
    const parallel = insertNode(draft([textNode('a')]), { type: 'parallel', ...after('a') })
    expect(idsOf(parallel)).toEqual(['a', 'paralelo', 'caminho', 'caminho_2'])
    const inside = insertNode(parallel.document, { type: 'delay', into: 'paralelo' })
    expect(node(inside, 'espera')).toMatchObject({ parent: 'caminho_3' })
    expect(node(inside, 'caminho_3')).toMatchObject({ type: 'group', parent: 'paralelo' })
  })

  test('after a failure opens that way', () => {
    const made = insertNode(line('a', 'b'), { type: 'tag.add', ...after('a', 'error') })
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['a.next → b', 'a.error → etiqueta', 'etiqueta.next → $end']),
    )
  })

  test('jumps to where the arrow led, and to nowhere where that has no name', () => {
    expect(node(insertNode(line('a', 'b'), { type: 'goto', ...after('a') }), 'vai_para')).toEqual({
      id: 'vai_para',
      type: 'goto',
      to: 'b',
    })
    const last = insertNode(line('a'), { type: 'goto', ...after('a') })
    expect(node(last, 'vai_para')).toMatchObject({ to: '' })
  })

  test('takes no name that an expression reads already', () => {
    const start = draft([textNode('a', { text: 'Em {{ espera.x }}' })])
    expect(insertNode(start, { type: 'delay', ...after('a') }).select).toEqual(['espera_2'])
  })
})

test('where several ways end one turn of a loop they meet in a step that does nothing', () => {
  const choice = { id: 'x', type: 'if', condition: { value: '$.payload.x', op: 'exists' } }
  const made = insertNode(loop(choice), { type: 'delay', ...after('x', 'then') })
  expect(arrows(made)).toEqual(
    expect.arrayContaining([
      'x.then → espera',
      'x.else → segue',
      'espera.next → segue',
      'segue.next → done:l',
    ]),
  )
  const more = insertNode(made.document, { type: 'tag.add', ...after('x', 'else') })
  expect(idsOf(more).filter((id) => id.startsWith('segue'))).toEqual(['segue'])
})

describe('taking away', () => {
  test('closes behind it, also where it was named, and goes on with the step before', () => {
    const start = draft([
      choiceNode('x', 'b', 'a'),
      textNode('a'),
      textNode('b', { next: 'd' }),
      textNode('c'),
      textNode('d'),
    ])
    const made = removeNodes(start, ['b'])
    expect(arrows(made)).toEqual(expect.arrayContaining(['x.then → d', 'a.next → d']))
    expect(made.select).toEqual(['a'])
  })

  test('a container goes with what it holds, or leaves it in its place', () => {
    const start = draft([
      textNode('a'),
      { id: 'g', type: 'group', onError: 'z' },
      textNode('b', { parent: 'g' }),
      textNode('c', { parent: 'g' }),
      textNode('z'),
    ])
    const all = removeNodes(start, ['g'])
    expect(idsOf(all)).toEqual(['a', 'z'])
    const opened = removeNodes(start, ['g'], { children: 'keep' })
    expect(opened.select).toEqual(['b', 'c'])
    expect(arrows(opened)).toEqual(
      expect.arrayContaining(['a.next → b', 'b.next → c', 'b.error → z', 'c.next → z']),
    )
  })

  test('of everything leaves an empty draft; of nothing changes nothing', () => {
    const start = line('a', 'b')
    expect(removeNodes(start, ['a', 'b'])).toMatchObject({
      document: { nodes: [] },
      select: ['$trigger'],
    })
    expect(removeNodes(start, ['nobody']).document).toBe(start)
  })
})

describe('moving', () => {
  test('into another arrow closes the old one', () => {
    const made = moveAfter(line('a', 'b', 'c', 'd'), ['b'], { nodeId: 'd', port: 'next' })
    expect(arrows(made)).toEqual(['a.next → c', 'c.next → d', 'd.next → b', 'b.next → $end'])
    const two = moveAfter(line('a', 'b', 'c', 'd', 'e'), ['b', 'd'], { nodeId: 'e', port: 'next' })
    expect(arrows(two)).toEqual(
      expect.arrayContaining([
        'a.next → c',
        'c.next → e',
        'e.next → b',
        'b.next → d',
        'd.next → $end',
      ]),
    )
  })

  test('into a group keeps every arrow, and out of it again too', () => {
    const start = draft([
      textNode('a'),
      { id: 'g', type: 'group' },
      textNode('b', { parent: 'g' }),
      textNode('c', { parent: 'g' }),
      textNode('d'),
      textNode('e'),
    ])
    const made = moveInto(start, ['e'], 'g')
    expect(node(made, 'e')).toMatchObject({ parent: 'g' })
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['b.next → c', 'c.next → done:g', 'd.next → e', 'e.next → $end']),
    )
    const next = moveInto(start, ['d'], 'g')
    expect(arrows(next)).toEqual(
      expect.arrayContaining(['c.next → d', 'd.next → done:g', 'g.next → e']),
    )
    expect(arrows(moveInto(start, ['b'], null))).toEqual(
      expect.arrayContaining(['a.next → b', 'b.next → c', 'c.next → done:g']),
    )
  })

  test('into a loop makes it the last step of each turn, out of it what follows', () => {
    const inside = moveInto(loop(textNode('a')), ['z'], 'l')
    expect(arrows(inside)).toEqual(
      expect.arrayContaining(['a.next → z', 'z.next → done:l', 'l.next → $end']),
    )
    const out = moveInto(loop(textNode('a'), textNode('b')), ['a'], null)
    expect(arrows(out)).toEqual(
      expect.arrayContaining(['l.next → a', 'a.next → z', 'b.next → done:l']),
    )
  })

  test('a container into itself, or a step into a step, changes nothing', () => {
    const start = loop({ id: 'g', type: 'group' }, textNode('a'))
    for (const [id, into] of [
      ['l', 'g'],
      ['l', 'l'],
      ['a', 'z'],
    ] as const) {
      expect(moveInto(start, [id], into).document).toBe(start)
    }
  })
})

describe('a box around steps', () => {
  test('is entered where the first was, and leads where the last did', () => {
    const start = draft([
      textNode('a', { next: 'b' }),
      textNode('x', { next: 'b' }),
      textNode('b'),
      textNode('c', { next: 'e' }),
      textNode('d'),
      textNode('e'),
    ])
    const made = groupNodes(start, ['c', 'b'])
    expect(made.select).toEqual(['grupo'])
    expect(arrows(made)).toEqual(
      expect.arrayContaining([
        'a.next → grupo',
        'x.next → grupo',
        'b.next → c',
        'c.next → done:grupo',
        'grupo.next → e',
      ]),
    )
    expect(arrows(ungroup(made.document, 'grupo'))).toEqual(arrows({ document: start }))
  })
})

describe('an arrow', () => {
  test('leads elsewhere, ends the run, or is left to the list', () => {
    const from = { nodeId: 'a', port: 'next' }
    expect(node(connect(line('a', 'b', 'c'), { from, to: 'c' }), 'a')).toMatchObject({ next: 'c' })
    expect(node(connect(line('a', 'b'), { from, to: null }), 'a')).toMatchObject({ next: null })
    const start = draft([textNode('a', { next: null }), textNode('b')])
    expect(node(connect(start, { from, to: undefined }), 'a')).not.toHaveProperty('next')
  })

  test('after a failure is opened and closed again', () => {
    const from = { nodeId: 'a', port: 'error' }
    const made = connect(line('a', 'b'), { from, to: 'b' })
    expect(node(made, 'a')).toMatchObject({ onError: 'b' })
    expect(node(connect(made.document, { from, to: '$failed' }), 'a')).not.toHaveProperty('onError')
  })

  test('cannot lead to what only words lead to, to nobody, or from where there is none', () => {
    const start = draft([
      { id: 'a', type: 'delay', duration: 'PT1H' },
      textNode('b'),
      { id: 'i', type: 'interrupt', words: ['menu'] },
    ])
    for (const [port, to] of [
      ['next', 'i'],
      ['next', 'nobody'],
      ['error', 'b'],
    ] as const) {
      expect(connect(start, { from: { nodeId: 'a', port }, to }).document).toBe(start)
    }
  })

  test('from the trigger is what the workflow begins with; nobody else leads elsewhere', () => {
    const made = connect(line('a', 'b', 'c'), {
      from: { nodeId: '$trigger', port: 'next' },
      to: 'c',
    })
    expect(idsOf(made)[0]).toBe('c')
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['a.next → b', 'b.next → c', 'c.next → $end']),
    )
  })

  test('can be added where the kind has one', () => {
    const ports = (type: string) =>
      openPorts({ id: 'n', type, ...freshBody(type) }).map(({ name }) => name)
    expect(ports('ask')).toEqual(['error', 'invalid', 'timeout'])
    expect(ports('switch')).toEqual(['default'])
    expect(ports('ai.reply')).toEqual(['error', 'person'])
    expect(ports('delay')).toEqual([])
  })
})

describe('another name', () => {
  const start = draft(
    [
      { id: 'ask1', type: 'ask', text: 'Quantos?', next: 'b', timeout: 'P1D', timeoutNext: 'ask1' },
      textNode('b', { text: '{{ask1.value | default: ask1.text}} ask1 {{vars.ask1}} {{"ask1"}}' }),
      { id: 's', type: 'switch', on: '$.ask1.value', cases: { a: 'ask1', default: 'b' } },
      { id: 'g', type: 'goto', to: 'ask1' },
    ],
    { layout: { positions: { ask1: { x: 1, y: 2 } } } },
  )

  test('is followed by all that names the node', () => {
    const made = renameNode(start, 'ask1', 'quantos')
    expect(made.select).toEqual(['quantos'])
    expect(node(made, 'quantos')).toMatchObject({ timeoutNext: 'quantos' })
    expect(node(made, 'b')).toMatchObject({
      text: '{{quantos.value | default: quantos.text}} ask1 {{vars.ask1}} {{"ask1"}}',
    })
    expect(node(made, 's')).toMatchObject({ on: '$.quantos.value', cases: { a: 'quantos' } })
    expect(node(made, 'g')).toMatchObject({ to: 'quantos' })
    expect(positionsOf(made.document)).toEqual(new Map([['quantos', { x: 1, y: 2 }]]))
  })

  test('that it cannot have changes nothing, and it is said why', () => {
    for (const [name, problem] of [
      ['b', 'taken'],
      ['vars', 'reserved'],
      ['a.b', 'invalid'],
      ['', 'invalid'],
    ] as const) {
      expect(nameProblem(start, 'ask1', name)).toBe(problem)
      expect(renameNode(start, 'ask1', name).document).toBe(start)
    }
    expect(nameProblem(start, 'ask1', 'ask1')).toBe(null)
  })

  test.each([
    ['{{ a.x }}', '{{ 7.x }}', '{{ ["7"].x }}'],
    [
      '{% if a.x == "a" %}{{ b[a.k] }}{% endif %}',
      '',
      '{% if n.x == "a" %}{{ b[n.k] }}{% endif %}',
    ],
    ['{{ x.a | a: a }}', '', '{{ x.a | a: n }}'],
    ['{{ ["a"].x }} {{ x["a"] }}', '', '{{ n.x }} {{ x["a"] }}'],
    ['$.a', '', '$.n'],
    ["$['a'].x", '', '$.n.x'],
    ['$.x[?@.y == $.a.y]', '', '$.x[?@.y == $.n.y]'],
    ['$.ab.a', '', '$.ab.a'],
    ['a', '', 'a'],
  ])('in %s', (source, _odd, expected) => {
    const name = expected.includes('"7"') ? '7' : 'n'
    const use = { path: '.x', source }
    expect(renamedIn(use, new Map([['a', name]]))).toBe(expected)
  })

  test('that begins with a digit can still be read in a text', () => {
    const text = renamedIn({ path: '.x', source: '{{ a.x }}' }, new Map([['a', '7']]))
    expect(compileTemplate(text).render({ 7: { x: 'sim' } })).toBe('sim')
  })
})

describe('copies', () => {
  test('stand beside, lead where the originals lead, and read each other', () => {
    const start = draft([
      { id: 'q', type: 'ask', text: 'Nome?' },
      textNode('b', { text: '{{q.value}}', onError: 'c' }),
      textNode('c'),
    ])
    const made = duplicateNodes(start, ['q', 'b'])
    expect(made.select).toEqual(['q_2', 'b_2'])
    expect(node(made, 'b_2')).toMatchObject({ text: '{{q_2.value}}', onError: 'c' })
    expect(arrows(made)).toEqual(
      expect.arrayContaining(['b.next → c', 'q_2.next → b_2', 'b_2.next → c']),
    )
  })

  test('go through the clipboard into another workflow, with arrows between them alone', () => {
    const start = draft([
      textNode('a', { onError: 'z' }),
      { id: 'g', type: 'group', next: 'a' },
      textNode('b', { parent: 'g' }),
      textNode('z'),
    ])
    const clip = readClip(JSON.stringify(copyNodes(start, ['a', 'g'])))
    const made = pasteNodes(line('a', 'z'), clip!, after('a'))
    expect(made.select).toEqual(['a_2', 'g'])
    expect(arrows(made)).toEqual(
      expect.arrayContaining([
        'a.next → a_2',
        'a_2.next → g',
        'a_2.error → $end',
        'g.next → a_2',
        'b.next → done:g',
      ]),
    )
    expect(node(made, 'b')).toMatchObject({ parent: 'g' })
  })

  test('of one step go on where it is put', () => {
    const clip = copyNodes(draft([textNode('a', { next: 'z' }), textNode('z')]), ['a'])
    const made = pasteNodes(line('x', 'y'), clip, after('x'))
    expect(arrows(made)).toEqual(['x.next → a', 'a.next → y', 'y.next → $end'])
  })

  test('are made of nothing else that is in the clipboard', () => {
    for (const text of [
      '',
      'oi',
      '[]',
      '{"fluxolab":"nodes","nodes":[]}',
      '{"nodes":[{"id":"a"}]}',
    ]) {
      expect(readClip(text)).toBe(null)
    }
    const odd = readClip(
      JSON.stringify({
        fluxolab: 'nodes',
        nodes: [
          { id: 'a.b', type: 'delay', duration: 'PT1H', parent: 'gone' },
          { id: 'a.b', type: 'delay', duration: 'PT2H' },
        ],
      }),
    )
    const made = pasteNodes(line('x'), odd!)
    expect(idsOf(made)).toEqual(['x', 'estado_2'])
    expect(node(made, 'estado_2')).not.toHaveProperty('parent')
  })
})

describe('fields', () => {
  test('are written where they stand, and taken away', () => {
    const start = draft([
      { id: 'q', type: 'ask', text: 'Nome?', buttons: [{ id: 'a', title: 'A' }] },
    ])
    const made = setField(start, 'q', '.buttons[0].title', 'Sim')
    expect(node(made, 'q')).toMatchObject({ buttons: [{ id: 'a', title: 'Sim' }] })
    expect(node(setField(start, 'q', 'buttons', undefined), 'q')).not.toHaveProperty('buttons')
    expect(setField(start, 'q', '.id', 'nome').select).toEqual(['nome'])
    expect(setField(start, 'q', '.type', 7).document).toBe(start)
    expect(setField(start, 'q', '.text', 'Nome?').document).toBe(start)
    expect(start.nodes[0]).toMatchObject({ buttons: [{ title: 'A' }] })
  })

  test('of the trigger and the name of the workflow too', () => {
    const start = line('a')
    expect(setField(start, '$trigger', '.reentry', 'once').document.trigger).toEqual({
      type: 'lead.captured',
      reentry: 'once',
    })
    expect(setField(start, '$trigger', '.type', null).document).toBe(start)
    expect(setField(start, '$workflow', '.name', 'Novo').document.name).toBe('Novo')
    expect(setField(start, '$workflow', '.name', '').document).toBe(start)
    expect(setTrigger(start, { type: 'manual' }).document.trigger).toEqual({ type: 'manual' })
  })

  test('have any name, also one that would change what an object is', () => {
    const made = withValueAt({}, ['__proto__', 'x'], 1) as object
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
    expect(valueAt(made, ['__proto__', 'x'])).toBe(1)
    expect(keysOf(".cases['a/\\'b']")).toEqual(['cases', "a/'b"])
    expect(withValueAt({ a: [1, 2] }, ['a', 0], undefined)).toEqual({ a: [2] })
    expect(withValueAt({ a: [1] }, ['a', 9], 2)).toEqual({ a: [1, 2] })
    const same = { a: 1 }
    expect(withValueAt(same, ['b', 'c'], undefined)).toBe(same)
  })
})

test('positions are kept beside what else the layout holds, and go with their nodes', () => {
  const start = draft([textNode('a'), textNode('b')], { layout: { zoom: 2 } })
  const { document } = setPositions(start, { a: { x: 1, y: 2 }, gone: { x: 0, y: 0 } })
  expect(document.layout).toEqual({ zoom: 2, positions: { a: { x: 1, y: 2 } } })
  expect(removeNodes(document, ['a']).document.layout).toEqual({ zoom: 2 })
  expect(clearPositions(document).document.layout).toEqual({ zoom: 2 })
  expect(clearPositions(start).document).toBe(start)
})

test('the entry and the ends have places too, though they are no nodes', () => {
  const start = draft([textNode('a')])
  const made = setPositions(start, { $trigger: { x: 1, y: 2 }, $end: { x: 3, y: 4 } })
  expect(made.document.layout).toEqual({
    positions: { $trigger: { x: 1, y: 2 }, $end: { x: 3, y: 4 } },
  })
  expect(made.select).toEqual([])
})

test('the fix of a problem makes it go, and one of another document does nothing', () => {
  const start = draft([textNode('a', { next: 'depos' }), textNode('depois')])
  const problem = compile(start).diagnostics.find(({ code }) => code === 'TARGET_MISSING')
  const made = applyFix(start, problem?.fix ?? [])
  expect(made.select).toEqual(['a'])
  expect(arrows(made)[0]).toBe('a.next → depois')
  expect(made.document.nodes[1], 'what the fix leaves alone').toBe(start.nodes[1])
  expect(applyFix(start, [{ op: 'remove', path: '/nodes/9' }]).document).toBe(start)
  expect(applyFix(start, [{ op: 'replace', path: '/nodes', value: 1 }]).document).toBe(start)
})
