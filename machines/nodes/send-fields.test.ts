import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith } from '../testing/document.ts'
import { NODE_KINDS } from './registry.ts'

const TEMPLATE = { template: 'boas_vindas' }
const SENDS: Record<string, object> = {
  'whatsapp.send_text': { text: 'Oi' },
  'whatsapp.send_template': TEMPLATE,
  'whatsapp.send_buttons': { body: 'Oi', buttons: [{ id: 'a', title: 'Sim' }] },
  'whatsapp.send_list': {
    body: 'Oi',
    button: 'Ver',
    sections: [{ rows: [{ id: 'a', title: 'Um' }] }],
  },
  'whatsapp.send_media': { media: 'image', link: 'https://exemplo.com/a.png' },
  'whatsapp.send_cta_url': { body: 'Oi', button: 'Abrir', url: 'https://exemplo.com' },
  'whatsapp.send_carousel': {
    body: 'Oi',
    media: 'image',
    cards: ['a', 'b'].map((id) => ({
      link: `https://exemplo.com/${id}.png`,
      replies: [{ id, title: 'Sim' }],
    })),
  },
  'whatsapp.send_contacts': { contacts: [{ name: 'Bia' }] },
  'whatsapp.request_location': { body: 'Onde?' },
  'whatsapp.send_reaction': { emoji: '👍' },
  'email.send_template': TEMPLATE,
  'email.send_text': { subject: 'Oi', text: 'Tudo bem?' },
  'message.send_text': { text: 'Oi' },
  ask: { text: 'Tudo bem?' },
}

/** It puts nothing before the contact's eyes. */
const SILENT = 'whatsapp.mark_read'

test('every kind that needs a channel is told here, but for those that only wait', () => {
  const senders = NODE_KINDS.map(({ type }) => type).filter(
    (type) => /^(message|whatsapp|email)\.|^ask$/.test(type) && type !== SILENT,
  )
  expect(Object.keys(SENDS).toSorted()).toEqual(senders.toSorted())
})

test.each(Object.entries(SENDS))(
  '%s carries its purpose to the command and to its needs',
  (type, fields) => {
    const body = { type, ...fields }
    const withPurpose = { ...body, purpose: 'marketing' }
    const commandOf = (given: typeof body) => behaviourOf(given).command?.(scopeWith())
    const needsOf = (given: typeof body) => {
      const { kind, node } = parsedNode(given)
      return kind.needs(node)
    }
    expect(commandOf(withPurpose)).toEqual({ ...commandOf(body), purpose: 'marketing' })
    expect(needsOf(withPurpose)).toEqual({ ...needsOf(body), purpose: 'marketing' })
    expect(Object.keys(commandOf(body) ?? {})).not.toContain('purpose')
    expect(refusalOf({ ...body, purpose: 'Para vender' })).toEqual(['purpose'])
  },
)
