import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn } from '../../testing/findings.ts'

const fixOf = (ids: string[], next: string) =>
  findingsIn([textNode('inicio', { next }), ...ids.map((id) => textNode(id))], 'TARGET_MISSING')[0]
    ?.fix

test('the fix is the only id that is near; short or equally near ids are no guess', () => {
  expect(fixOf(['lembrete', 'pagamento'], 'lembrette')).toEqual([
    { op: 'replace', path: '/nodes/0/next', value: 'lembrete' },
  ])
  expect(fixOf(['n1', 'n2'], 'n8')).toBeNull()
  expect(fixOf(['etapa_1', 'etapa_2'], 'etapa_3')).toBeNull()
  expect(fixOf(['pagamento'], 'lembrete')).toBeNull()
})

test('its path is a pointer, also where names hold quotes and slashes', () => {
  const cases = { "d'água/x~y": 'lembrette', default: 'lembrete' }
  const nodes = [{ type: 'switch', on: '$.payload.a', cases }, textNode('lembrete')]
  expect(findingsIn(nodes, 'TARGET_MISSING')[0]?.fix).toEqual([
    { op: 'replace', path: "/nodes/0/cases/d'água~1x~0y", value: 'lembrete' },
  ])
})
