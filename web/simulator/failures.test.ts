import { expect, test } from 'vitest'
import { NODE_KINDS } from '#machines/nodes/registry.ts'
import { simulatorPtBR } from '../i18n/simulator-pt-br.ts'
import { wordsPtBR } from '../i18n/pt-br-words.ts'
import { failuresOf } from './failures.ts'

const kinds = [...NODE_KINDS.map(({ type }) => type), 'subflow.start', 'whatsapp.fetch_media']
const failures = kinds.flatMap((kind) => [...failuresOf(kind)])

test('Every failure that is offered has words', () => {
  const words = { ...wordsPtBR.failures, ...simulatorPtBR.failures }
  expect(failures.map(({ code }) => code).filter((code) => !Object.hasOwn(words, code))).toEqual([])
})

test('Sends can meet the closed window, an unreachable contact and silence; no code is offered twice', () => {
  const codes = failuresOf('whatsapp.send_text').map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(['WHATSAPP_131047', 'WHATSAPP_131026', 'TIMEOUT']))
  for (const kind of kinds) {
    const offered = failuresOf(kind).map(({ code }) => code)
    expect(new Set(offered).size).toBe(offered.length)
  }
})
