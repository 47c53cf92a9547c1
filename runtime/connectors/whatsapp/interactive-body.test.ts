import { describe, expect, it } from 'vitest'
import type { MessageCommand } from '#machines/contracts/effect.ts'
import { buttonsContent, listContent } from './interactive-body.ts'

type Buttons = Extract<MessageCommand, { kind: 'whatsapp.send_buttons' }>
type List = Extract<MessageCommand, { kind: 'whatsapp.send_list' }>

const buttons = (changed: Partial<Buttons> = {}) =>
  buttonsContent({
    kind: 'whatsapp.send_buttons',
    header: null,
    body: 'Confirma?',
    footer: null,
    buttons: [
      { id: 'sim', title: 'Sim' },
      { id: 'nao', title: 'Não' },
    ],
    ...changed,
  })
const row = { id: 'r1', title: 'Manhã', description: null }
const list = (changed: Partial<List> = {}) =>
  listContent({
    kind: 'whatsapp.send_list',
    header: null,
    body: 'Quando?',
    footer: null,
    button: 'Ver horários',
    sections: [{ title: null, rows: [row] }],
    ...changed,
  })

describe('buttonsContent', () => {
  it('writes reply buttons, and header and footer where there are any', () => {
    expect(buttons({ header: 'Consulta', footer: '  ' })).toEqual({
      ok: true,
      body: {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'Consulta' },
          body: { text: 'Confirma?' },
          action: {
            buttons: [
              { type: 'reply', reply: { id: 'sim', title: 'Sim' } },
              { type: 'reply', reply: { id: 'nao', title: 'Não' } },
            ],
          },
        },
      },
    })
  })

  it.each<[string, Partial<Buttons>, string]>([
    ['an empty body', { body: ' ' }, 'body: empty'],
    ['a long body', { body: 'x'.repeat(1025) }, 'body: 1025 characters, at most 1024 are allowed'],
    ['a long header', { header: 'x'.repeat(61) }, 'header: 61 '],
    ['a long footer', { footer: 'x'.repeat(61) }, 'footer: 61 '],
    ['a long title', { buttons: [{ id: 'a', title: 'x'.repeat(21) }] }, 'buttons[0].title: 21 '],
    ['an empty title', { buttons: [{ id: 'a', title: '' }] }, 'buttons[0].title: empty'],
    ['a long id', { buttons: [{ id: 'x'.repeat(257), title: 'a' }] }, 'buttons[0].id: 257 '],
    [
      'the same title twice',
      {
        buttons: [
          { id: 'a', title: 'Sim' },
          { id: 'b', title: 'Sim' },
        ],
      },
      'buttons[1].title: stands there twice',
    ],
  ])('refuses %s and names the field', (_name, changed, message) => {
    expect(buttons(changed)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(message) },
    })
  })

  it('counts an emoji as one character', () => {
    expect(buttons({ buttons: [{ id: 'a', title: '👍'.repeat(20) }] })).toMatchObject({ ok: true })
  })
})

describe('listContent', () => {
  it('writes sections with their rows', () => {
    const sections = [
      { title: 'Terça', rows: [{ ...row, description: 'das 8 às 12' }] },
      { title: 'Quarta', rows: [{ ...row, id: 'r2' }] },
    ]
    expect(list({ footer: 'Até breve', sections })).toEqual({
      ok: true,
      body: {
        type: 'interactive',
        interactive: {
          type: 'list',
          body: { text: 'Quando?' },
          footer: { text: 'Até breve' },
          action: {
            button: 'Ver horários',
            sections: [
              {
                title: 'Terça',
                rows: [{ id: 'r1', title: 'Manhã', description: 'das 8 às 12' }],
              },
              { title: 'Quarta', rows: [{ id: 'r2', title: 'Manhã' }] },
            ],
          },
        },
      },
    })
  })

  it.each<[string, Partial<List>, string]>([
    ['a long body', { body: 'x'.repeat(4097) }, 'body: 4097 '],
    ['a long button', { button: 'x'.repeat(21) }, 'button: 21 '],
    ['an empty button', { button: '' }, 'button: empty'],
    [
      'a long section title',
      { sections: [{ title: 'x'.repeat(25), rows: [row] }] },
      'sections[0].title: 25 ',
    ],
    [
      'several sections without a title',
      {
        sections: [
          { title: 'a', rows: [row] },
          { title: null, rows: [{ ...row, id: 'r2' }] },
        ],
      },
      'sections[1].title: empty',
    ],
    [
      'a long row title',
      { sections: [{ title: null, rows: [{ ...row, title: 'x'.repeat(25) }] }] },
      'sections[0].rows[0].title: 25 ',
    ],
    [
      'a long description',
      { sections: [{ title: null, rows: [row, { ...row, description: 'x'.repeat(73) }] }] },
      'sections[0].rows[1].description: 73 ',
    ],
    [
      'a long id',
      { sections: [{ title: null, rows: [{ ...row, id: 'x'.repeat(201) }] }] },
      'sections[0].rows[0].id: 201 ',
    ],
  ])('refuses %s and names the field', (_name, changed, message) => {
    expect(list(changed)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(message) },
    })
  })
})
