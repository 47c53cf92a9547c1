import { expect, test } from 'vitest'
import { boardEn, boardPtBR } from './board-texts.ts'
import { channelsEn, channelsPtBR } from './channels-texts.ts'
import { checkerEn, checkerPtBR } from './checker-texts.ts'
import { debuggerEn, debuggerPtBR } from './debugger-texts.ts'
import { editorEn, editorPtBR } from './editor-texts.ts'
import { exchangeEn } from './exchange-en.ts'
import { exchangePtBR } from './exchange-pt-br.ts'
import { fieldsEn, fieldsPtBR } from './fields-texts.ts'
import { liveEn, livePtBR } from './live-texts.ts'
import { simulatorEn } from './simulator-en.ts'
import { simulatorPtBR } from './simulator-pt-br.ts'
import { presenceEn, presencePtBR } from './presence-texts.ts'
import { sandboxEn, sandboxPtBR } from './sandbox-texts.ts'

function leaves(tree: object, prefix = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value]]
      : leaves(Object(value), `${prefix}${key}.`),
  )
}

test.each([
  ['board', boardPtBR, boardEn],
  ['channels', channelsPtBR, channelsEn],
  ['checker', checkerPtBR, checkerEn],
  ['debugger', debuggerPtBR, debuggerEn],
  ['editor', editorPtBR, editorEn],
  ['exchange', exchangePtBR, exchangeEn],
  ['fields', fieldsPtBR, fieldsEn],
  ['live', livePtBR, liveEn],
  ['presence', presencePtBR, presenceEn],
  ['sandbox', sandboxPtBR, sandboxEn],
  ['simulator', simulatorPtBR, simulatorEn],
])('%s: both languages have the same texts, placeholders and numbers', (_name, ptBR, en) => {
  const shapeOf = ([path, text]: [string, string]) => [
    path,
    [...new Set(text.match(/\{\w+\}/g))].toSorted(),
    text.split(' | ').length,
  ]
  expect(leaves(en).map(shapeOf)).toEqual(leaves(ptBR).map(shapeOf))
})
