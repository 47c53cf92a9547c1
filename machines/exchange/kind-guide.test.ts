import { expect, it } from 'vitest'
import { NODE_KINDS, TRIGGER_KINDS } from '../nodes/registry.ts'
import { kindGuide } from './kind-guide.ts'

const { nodes, triggers } = kindGuide()
const lineOf = (type: string) => nodes.find((line) => line.startsWith(`${type} `))

it('has a line for every kind, short enough to be read with each question', () => {
  expect(nodes.map((line) => line.split(' — ')[0])).toEqual(NODE_KINDS.map(({ type }) => type))
  expect(triggers).toHaveLength(TRIGGER_KINDS.length)
  expect([...nodes, ...triggers].join('\n').length).toBeLessThan(24_000)
})

it('says which fields there are, which must be there and what they take', () => {
  expect(lineOf('delay')).toContain('duration*: ')
  expect(lineOf('whatsapp.send_template')).toMatch(/template\*: texto.*vars: \{nome: /)
  expect(lineOf('whatsapp.send_template')).not.toContain('onError')
  expect(lineOf('handoff.human')).not.toContain('undefined')
})
