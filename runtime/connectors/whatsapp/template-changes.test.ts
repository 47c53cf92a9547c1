import { expect, test } from 'vitest'
import { readTemplateChange } from './template-changes.ts'

const AT = new Date('2026-03-10T12:00:00Z')
const change = (field: string, value: object) =>
  readTemplateChange({
    wabaId: '1',
    field,
    at: AT,
    value: {
      message_template_id: 900,
      message_template_name: 'pedido',
      message_template_language: 'pt_BR',
      ...value,
    },
  })
const status = (value: object) => change('message_template_status_update', value)?.news

test('a status with its reason, in our words for the same', () => {
  expect(change('message_template_status_update', { event: 'APPROVED', reason: 'NONE' })).toEqual({
    wabaId: '1',
    providerId: '900',
    name: 'pedido',
    language: 'pt_BR',
    at: AT,
    news: { type: 'status', status: 'APPROVED', reason: null, pausedUntil: null },
  })
  expect(status({ event: 'REJECTED', reason: 'INVALID_FORMAT' })).toMatchObject({
    reason: 'INVALID_FORMAT',
  })
  expect(status({ event: 'REINSTATED' })).toMatchObject({ status: 'APPROVED' })
  expect(status({ event: 'A_STATUS_OF_TOMORROW' })).toBeUndefined()
})

test('the first pause ends after three hours, the second after six', () => {
  const pause = (title: string) => status({ event: 'PAUSED', other_info: { title } })
  expect(pause('FIRST_PAUSE')).toMatchObject({ pausedUntil: new Date('2026-03-10T15:00:00Z') })
  expect(pause('SECOND_PAUSE')).toMatchObject({ pausedUntil: new Date('2026-03-10T18:00:00Z') })
  expect(pause('A_THIRD')).toMatchObject({ pausedUntil: null })
})

test('quality, category and its announcement a day before', () => {
  const quality = { previous_quality_score: 'GREEN', new_quality_score: 'RED' }
  expect(change('message_template_quality_update', quality)?.news).toEqual({
    type: 'quality',
    quality: 'RED',
  })
  const moved = { previous_category: 'UTILITY', new_category: 'MARKETING' }
  expect(change('template_category_update', moved)?.news).toEqual({
    type: 'category',
    category: 'MARKETING',
  })
  const due = { new_category: 'UTILITY', correct_category: 'MARKETING' }
  expect(change('template_category_update', due)?.news).toEqual({
    type: 'category_due',
    to: 'MARKETING',
    at: new Date('2026-03-11T12:00:00Z'),
  })
})

test('what is not of the documented form is nothing', () => {
  expect(change('message_template_quality_update', {})).toBeNull()
  expect(change('messages', { event: 'APPROVED' })).toBeNull()
  expect(readTemplateChange({ wabaId: '1', field: 'x', value: null, at: AT })).toBeNull()
})
