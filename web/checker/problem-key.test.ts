import { expect, test } from 'vitest'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { problemAgain } from './problem-key.ts'

const problem = (path: string, text: string, nodeId = 'a'): Diagnostic => ({
  code: 'PROVIDER_LIMIT',
  severity: 'error',
  nodeId,
  path,
  message: { 'pt-BR': text, en: text },
})

test('a problem is found again when its words or its place in the document changed', () => {
  const before = problem('$.nodes[1].text', '1030 of 1024')
  const same = problem('$.nodes[1].text', '1030 of 1024')
  const longer = problem('$.nodes[3].text', '1031 of 1024')
  const others = [problem('$.nodes[1].header', '61 of 60'), problem('$.nodes[1].text', '', 'b')]
  expect(problemAgain([...others, longer, same], before)).toBe(same)
  expect(problemAgain([...others, longer], before)).toBe(longer)
  expect(problemAgain(others, before)).toBe(null)
  expect(problemAgain([same], null)).toBe(null)
})
