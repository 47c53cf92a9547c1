import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { foundIn } from '../../testing/findings.ts'

const CODE = 'PROVIDER_LIMIT'

test('fixed words around a placeholder are counted, the placeholder is not', () => {
  const buttons = (title: string) => [
    { id: 'b', type: 'whatsapp.send_buttons', body: 'Oi', buttons: [{ id: 'x', title }] },
  ]
  expect(foundIn(buttons(`${'x'.repeat(20)}{{ name }}`), CODE)).toEqual([])
  expect(foundIn(buttons(`${'x'.repeat(21)}{{ name }}`), CODE)).toEqual([
    'b $.nodes[0].buttons[0].title',
  ])
})

test('rows of a list, captions and questions have their own limits', () => {
  const long = `${'x'.repeat(1025)}{{ name }}`
  const list = {
    id: 'l',
    type: 'whatsapp.send_list',
    body: long,
    button: 'Ver',
    sections: [{ rows: [{ id: 'a', title: `${'x'.repeat(25)}{{ name }}` }] }],
  }
  const media = {
    id: 'm',
    type: 'whatsapp.send_media',
    media: 'image',
    link: 'https://a.example/x.png',
    caption: long,
  }
  expect(foundIn([list, media, { id: 'q', type: 'ask', text: long }], CODE)).toEqual([
    'l $.nodes[0].sections[0].rows[0].title',
    'm $.nodes[1].caption',
    'q $.nodes[2].text',
  ])
})

test('words between tags may never be written, and are not counted', () => {
  const text = `{% if name %}${'x'.repeat(4097)}{% endif %}`
  expect(foundIn([textNode('a', { text })], CODE)).toEqual([])
})
