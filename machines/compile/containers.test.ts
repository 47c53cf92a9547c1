// Nodes inside nodes: what the checks say of wrong nesting, and how it is drawn.

import { describe, expect, test } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { chartOf } from './chart.ts'
import { compile } from './compile.ts'

/** Errors, and nodes that nothing reaches; other advice has its tests in checks/. */
const problemsOf = (nodes: object[]) =>
  compile(documentOf(nodes))
    .diagnostics.filter(({ severity, code }) => severity === 'error' || code === 'NODE_UNREACHABLE')
    .map(({ code, path }) => [code, path])
const wayOf = (nodes: object[]) =>
  chartOf(documentOf(nodes)).edges.map(({ from, port, to }) => `${from} ${port} ${to}`)
const group = (id: string, more: object = {}) => ({ id, type: 'group', ...more })

describe('the checks of nesting', () => {
  test.each([
    ['a parent that is not there', 'nobody'],
    ['a parent that holds nothing', 'after'],
    ['itself as its parent', 'inner'],
  ])('refuse %s', (_what, parent) => {
    expect(problemsOf([textNode('inner', { parent }), textNode('after')])).toContainEqual([
      'PARENT_INVALID',
      '$.nodes[0].parent',
    ])
  })

  test('refuse groups that hold each other', () => {
    const found = problemsOf([
      group('a', { parent: 'b' }),
      group('b', { parent: 'a' }),
      textNode('x', { parent: 'a' }),
    ])
    expect(found.filter(([code]) => code === 'PARENT_INVALID')).toHaveLength(2)
  })

  test('refuse a container with nothing inside', () => {
    expect(problemsOf([group('g'), textNode('after')])).toEqual([['CONTAINER_EMPTY', '$.nodes[0]']])
  })

  test('refuse anything but groups as the paths of a parallel', () => {
    const nodes = [{ id: 'p', type: 'parallel' }, textNode('a', { parent: 'p' })]
    expect(problemsOf(nodes)).toEqual([['REGION_NOT_GROUP', '$.nodes[1].parent']])
  })

  test('reach what is inside, what catches a failure there and what follows', () => {
    const nodes = [
      group('g', { onError: 'sorry', next: 'after' }),
      textNode('inner', { parent: 'g' }),
      textNode('after', { next: null }),
      textNode('sorry'),
    ]
    expect(problemsOf(nodes)).toEqual([])
  })

  test('see an endless loop through a goto', () => {
    const nodes = [
      { id: 'a', type: 'set.variable', set: { x: 1 } },
      { id: 'b', type: 'goto', to: 'a' },
    ]
    expect(problemsOf(nodes)).toContainEqual(['LOOP_WITHOUT_WAIT', '$.nodes[1].to'])
  })
})

describe('the drawing of nesting', () => {
  test('leads into a group and from its last node to what follows', () => {
    const nodes = [
      group('g', { next: 'after' }),
      textNode('inner', { parent: 'g' }),
      textNode('after'),
    ]
    expect(wayOf(nodes)).toEqual([
      '$trigger next g',
      'g inside inner',
      'inner next after',
      'inner error $failed',
      'after next $end',
      'after error $failed',
    ])
  })

  test('leads into every path of a parallel and joins them after it', () => {
    const nodes = [
      { id: 'p', type: 'parallel', next: 'after' },
      group('left', { parent: 'p' }),
      textNode('l', { parent: 'left' }),
      group('right', { parent: 'p' }),
      textNode('r', { parent: 'right' }),
      textNode('after'),
    ]
    const ways = wayOf(nodes)
    expect(ways).toEqual(expect.arrayContaining(['p inside:0 left', 'p inside:1 right']))
    expect(ways).toEqual(expect.arrayContaining(['l next after', 'r next after']))
  })

  test('leads from the last node of a loop back to the loop', () => {
    const nodes = [
      { id: 'each', type: 'loop.for-each', items: '$.payload.items', as: 'item' },
      textNode('say', { parent: 'each' }),
    ]
    expect(wayOf(nodes)).toEqual(
      expect.arrayContaining(['each inside say', 'say next each', 'each next $end']),
    )
  })

  test('says what is drawn inside what', () => {
    const { nodes } = chartOf(documentOf([group('g'), textNode('inner', { parent: 'g' })]))
    expect(nodes.find(({ id }) => id === 'inner')?.parent).toBe('g')
    expect(nodes.find(({ id }) => id === 'g')).toMatchObject({ role: 'container', parent: null })
  })
})
