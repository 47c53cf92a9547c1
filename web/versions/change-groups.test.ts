import { describe, expect, it } from 'vitest'
import { diffWorkflows } from '#machines/diff/diff.ts'
import { groupChanges } from './change-groups.ts'

const documentOf = (name: string, nodes: object[]) => ({
  id: 'wf_x',
  name,
  trigger: { type: 'lead.captured' },
  nodes,
})
const text = (id: string, more: object = {}) => ({
  id,
  type: 'whatsapp.send_text',
  text: 'Oi',
  ...more,
})

describe('groupChanges', () => {
  it('tells each state once, by its name, with what became of it', () => {
    const before = documentOf('Um', [text('a', { label: 'Olá: tudo bem?' }), text('b'), text('c')])
    const after = documentOf('Dois', [
      text('a', { label: 'Saudação', text: 'Boa tarde' }),
      text('b', { text: 'Até logo' }),
      text('d', { label: 'Novo', text: 'Mais' }),
    ])
    const groups = groupChanges(diffWorkflows(before, after) ?? [], 'pt-BR')
    const told = groups.map(({ nodeId, name, kind, lines }) => [
      nodeId,
      name,
      kind,
      ...lines.map((line) => line.text),
    ])
    expect(told).toEqual([
      [null, null, 'changed', 'O nome do fluxo mudou de “Um” para “Dois”'],
      [
        'a',
        'Saudação',
        'changed',
        'O texto mudou de “Oi” para “Boa tarde”',
        'O nome mudou de “Olá: tudo bem?” para “Saudação”',
      ],
      ['b', null, 'changed', 'O texto mudou de “Oi” para “Até logo”'],
      [
        'd',
        'Novo',
        'renamed',
        'O identificador mudou de c para d',
        'O texto mudou de “Oi” para “Mais”',
        'Passou a ter nome: “Novo”',
      ],
    ])
  })
})
