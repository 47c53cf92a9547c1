import { expect, test } from 'vitest'
import { findingsIn, foundIn } from '../../testing/findings.ts'
import type { KnownTemplate, Surroundings } from '../surroundings.ts'

const template = (more: Partial<KnownTemplate> = {}): KnownTemplate => ({
  kind: 'whatsapp',
  name: 'oferta',
  language: 'pt_BR',
  variables: ['nome'],
  status: 'approved',
  ...more,
})
const having = (...templates: KnownTemplate[]): { surroundings: Surroundings } => ({
  surroundings: { channels: new Set(['whatsapp']), templates, workflows: [] },
})
const send = (more: object = {}) => [
  { id: 's', type: 'whatsapp.send_template', template: 'oferta', vars: { nome: 'Ana' }, ...more },
]

test('nothing is said of a tenant that is not known', () => {
  for (const code of ['CHANNEL_MISSING', 'TEMPLATE_MISSING', 'TEMPLATE_VARS_WRONG'] as const) {
    expect(foundIn(send(), code)).toEqual([])
  }
})

test('a template is there by kind, name, language and approval', () => {
  const isMissing = (known: KnownTemplate, more: object = {}) =>
    foundIn(send(more), 'TEMPLATE_MISSING', having(known)).length > 0
  expect(isMissing(template())).toBe(false)
  expect(isMissing(template(), { language: 'pt_BR' })).toBe(false)
  expect(isMissing(template(), { language: 'en' })).toBe(true)
  expect(isMissing(template({ kind: 'email' }))).toBe(true)
  expect(isMissing(template({ status: 'REJECTED' }))).toBe(true)
})

test('its variables are those of the document, no less and no more', () => {
  const said = (vars: object | undefined) =>
    findingsIn(send({ vars }), 'TEMPLATE_VARS_WRONG', having(template())).map(
      ({ path, message, fix }) => [
        path,
        /: (.*?)\. Fill/.exec(message.en)?.[1],
        fix?.length ?? null,
      ],
    )
  expect(said({ nome: 'Ana' })).toEqual([])
  expect(said(undefined)).toEqual([['$.nodes[0]', 'missing "nome"', null]])
  expect(said({ name: 'Ana' })).toEqual([
    ['$.nodes[0].vars', 'missing "nome"; unknown "name"', null],
  ])
  expect(said({ nome: 'Ana', x: 1 })).toEqual([['$.nodes[0].vars', 'unknown "x"', 1]])
})
