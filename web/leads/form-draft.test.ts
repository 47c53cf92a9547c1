import { expect, test } from 'vitest'
import { reactive } from 'vue'
import { FormDefinitionSchema } from '#machines/contracts/forms.ts'
import { definitionOf, draftOf, fieldOfType, newDraft, newKey, optionsOf } from './form-draft.ts'

test('a new form may be published as it is, and comes back from its definition as it was', () => {
  const definition = FormDefinitionSchema.parse(definitionOf(newDraft(), null))
  expect(
    FormDefinitionSchema.parse(definitionOf(draftOf(reactive(definition)), definition)),
  ).toEqual(definition)
})

test('what the builder does not show stays', () => {
  const definition = FormDefinitionSchema.parse({
    ...(definitionOf(newDraft(), null) as object),
    tags: ['site'],
    redirectUrl: 'https://loja.example/obrigado',
  })
  const again = FormDefinitionSchema.parse(definitionOf(draftOf(definition), definition))
  expect([again.tags, again.redirectUrl]).toEqual([['site'], 'https://loja.example/obrigado'])
})

test('every kind of field that one may change to is accepted', () => {
  const { fields } = newDraft()
  const [first] = fields
  if (!first) throw new Error('a new form has fields')
  for (const type of ['text', 'email', 'phone', 'select', 'checkbox', 'consent'] as const) {
    const others = fields.slice(1)
    const definition = definitionOf(
      { ...newDraft(), fields: [fieldOfType(first, type), ...others] },
      null,
    )
    expect(FormDefinitionSchema.safeParse(definition).error, type).toBeUndefined()
  }
  expect(newKey('Região', fields)).toBe('regiao')
  expect(newKey('Phone', fields)).toBe('phone_2')
})

test('an option that stays keeps its words', () => {
  const known = [{ value: 'a', label: { 'pt-BR': 'Opção', en: 'Option' } }]
  expect(optionsOf(' a \n\nb', known)).toEqual([
    ...known,
    { value: 'b', label: { 'pt-BR': 'b', en: 'b' } },
  ])
})
