import { expect, test } from 'vitest'
import { LeadMappingSchema } from '#machines/contracts/sources.ts'
import { compilePath } from '#machines/expression/path.ts'
import { guessTarget, leavesOf, ruleFor } from './lead-mapping.ts'

const PAYLOAD = { lead: { 'Seu nome': 'Ana', tel: '31 99999-9999', tags: ['a', 'b'] }, ok: true }

test('every line of a payload has a path that finds its value again', () => {
  const leaves = leavesOf(PAYLOAD)
  expect(leaves.map(({ path, value }) => [path, value])).toEqual([
    ['$.lead', null],
    ["$.lead['Seu nome']", 'Ana'],
    ['$.lead.tel', '31 99999-9999'],
    ['$.lead.tags', null],
    ['$.lead.tags[0]', 'a'],
    ['$.lead.tags[1]', 'b'],
    ['$.ok', 'true'],
  ])
  for (const { path, value } of leaves)
    if (value !== null) expect(`${compilePath(path)(PAYLOAD as never) as string}`).toBe(value)
})

test('a clicked value becomes a rule that may be saved, by the name of its field', () => {
  const rules = leavesOf(PAYLOAD).map(({ key, path }) => ruleFor(key, path))
  expect(LeadMappingSchema.safeParse({ rules }).error).toBeUndefined()
  expect([guessTarget('E-mail'), guessTarget('Celular'), guessTarget('Seu nome')]).toEqual([
    'email',
    'phone',
    'name',
  ])
  expect(guessTarget('Tamanho da camisa')).toBe('fields.tamanho_da_camisa')
})
