import { expect, test } from 'vitest'
import { readPhoneMessage, tapOf } from './phone-message.ts'

const interactive = (content: object) => ({
  kind: 'interactive',
  text: '[interactive]',
  body: { type: 'interactive', interactive: content } as never,
})

test('Buttons can be tapped, and the answer is the one that WhatsApp sends', () => {
  const message = readPhoneMessage(
    interactive({
      type: 'button',
      body: { text: 'Como ajudar?' },
      action: { buttons: [{ type: 'reply', reply: { id: 'sim', title: 'Sim' } }] },
    }),
  )
  expect(message).toMatchObject({ text: 'Como ajudar?', list: null })
  expect(tapOf(message, message.buttons[0]!, 'wamid.1')).toEqual({
    type: 'interactive',
    interactive: { type: 'button_reply', button_reply: { id: 'sim', title: 'Sim' } },
    context: { id: 'wamid.1' },
  })
})

test('A list opens by its own button and keeps what each row says', () => {
  const rows = [{ id: 'a', title: 'Plano A', description: 'R$ 10' }]
  const message = readPhoneMessage(
    interactive({
      type: 'list',
      header: { type: 'text', text: 'Planos' },
      body: { text: 'Escolha' },
      action: { button: 'Ver', sections: [{ title: 'Todos', rows }] },
    }),
  )
  expect(message).toMatchObject({
    header: 'Planos',
    list: { button: 'Ver', sections: [{ title: 'Todos', rows }] },
  })
  expect(tapOf(message, rows[0]!, 'w')).toMatchObject({
    interactive: { type: 'list_reply', list_reply: rows[0] },
  })
})

test('Whatever was sent can be shown: files by name, templates by their words, nonsense as nothing', () => {
  const read = (kind: string, body: unknown, text = `[${kind}]`) =>
    readPhoneMessage({ kind, text, body: body as never })
  expect(
    read('document', { document: { link: 'https://x/a.pdf', filename: 'a.pdf' } }),
  ).toMatchObject({
    file: 'a.pdf',
    text: '',
  })
  expect(read('template', { template: {} }, 'Oi, Ana!')).toMatchObject({ text: 'Oi, Ana!' })
  for (const body of [
    null,
    5,
    [],
    { interactive: 7 },
    { interactive: { type: 'list', action: [] } },
  ])
    expect(read('interactive', body).buttons).toEqual([])
})
