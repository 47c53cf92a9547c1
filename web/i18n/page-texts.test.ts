import { expect, test } from 'vitest'
import { channelsEn, channelsPtBR } from './channels-texts.ts'
import { sandboxEn, sandboxPtBR } from './sandbox-texts.ts'

function leaves(tree: object, prefix = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value]]
      : leaves(Object(value), `${prefix}${key}.`),
  )
}

test.each([
  ['channels', channelsPtBR, channelsEn],
  ['sandbox', sandboxPtBR, sandboxEn],
])('%s: both languages have the same texts, placeholders and numbers', (_name, ptBR, en) => {
  const shapeOf = ([path, text]: [string, string]) => [
    path,
    [...new Set(text.match(/\{\w+\}/g))].toSorted(),
    text.split(' | ').length,
  ]
  expect(leaves(en).map(shapeOf)).toEqual(leaves(ptBR).map(shapeOf))
})
