import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { compile } from './compile.ts'
import { portugueseOf } from './refusals.ts'

const FOLDERS = ['../nodes/', '../expression/', '../contracts/workflow.ts']
const MESSAGE = /\bmessage: ('[^'\n]+'|`[^`\n]+`)/gu
/** Second argument of a check that has a pattern. */
const REGEX_MESSAGE = /\.regex\([^)\n]+, '([^'\n]+)'\)/gu

function sources(): string[] {
  return FOLDERS.flatMap((place) => {
    if (place.endsWith('.ts')) return [new URL(place, import.meta.url)]
    const folder = new URL(place, import.meta.url)
    const names = readdirSync(folder).filter((name) => /^(?!.*\.test).*\.ts$/.test(name))
    return names.map((name) => new URL(name, folder))
  }).map((url) => readFileSync(url, 'utf8'))
}

test('every sentence of our own schemas has its Portuguese', () => {
  const messages = sources().flatMap((source) => [
    ...Array.from(source.matchAll(MESSAGE), ([, text = '']) => text.slice(1, -1)),
    ...Array.from(source.matchAll(REGEX_MESSAGE), ([, text = '']) => text),
  ])
  expect(messages.length).toBeGreaterThan(30)
  const sayable = messages.map((text) => text.replaceAll(/\$\{[^}]+\}/gu, '7'))
  expect(sayable.filter((text) => portugueseOf(text) === null)).toEqual([])
})

test("a field's fault is said in Portuguese in the Portuguese sentence, in English in the other", () => {
  const details = (node: object) =>
    compile(documentOf([{ id: 'a', ...node }])).diagnostics[0]?.message ?? { 'pt-BR': '', en: '' }
  expect(details(textNode('a', { text: 5 }))).toMatchObject({
    'pt-BR': expect.stringMatching(/text: Entrada inválida: esperava um texto, recebeu um número$/),
    en: expect.stringMatching(/text: Invalid input: expected string, received number$/),
  })
  expect(details(textNode('a', { colour: 'red' }))).toMatchObject({
    'pt-BR': expect.stringMatching(/Chave inválida: "colour"$/),
    en: expect.stringMatching(/Unrecognized key: "colour"$/),
  })
  expect(details({ type: 'delay', duration: 'P99Y' })).toMatchObject({
    'pt-BR': expect.stringMatching(/deve ser positiva e de no máximo 5 anos$/),
    en: expect.stringMatching(/must be positive and at most 5 years$/),
  })
})

test('of a value that may have several forms the nearest one tells what is wrong', () => {
  const said = (node: object) => {
    const { diagnostics } = compile(documentOf([node]))
    return diagnostics
      .filter(({ code }) => code === 'NODE_INVALID')
      .map(({ path, message }) => [path, message.en])
  }
  const condition = { all: [{ value: '$.payload.x', op: 'equal', to: 1 }] }
  expect(said({ type: 'if', condition })).toEqual([
    ['$.nodes[0].condition.all[0].op', expect.stringContaining('"equals"')],
  ])
  expect(said({ type: 'if', condition: { value: 1, op: 'exists', too: 1 } })).toEqual([
    ['$.nodes[0].condition', expect.stringContaining('"too"')],
  ])
  expect(said({ type: 'if', condition: 5 })).toEqual([
    ['$.nodes[0].condition', expect.stringContaining('Invalid input')],
  ])
  expect(said({ type: 'delay', duration: '2h' })).toEqual([
    ['$.nodes[0].duration', expect.stringContaining('e.g. PT2H or P2D')],
  ])
})
