// Node `whatsapp.send_contacts`: sends cards of people as an address book keeps them.

import { z } from 'zod'
import type { ContactCard } from '../contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'
import {
  compileOptional,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  PurposeSchema,
} from './send-fields.ts'

const LIMITS = WHATSAPP_LIMITS.contacts
const text = limitedText(LIMITS.field)
const word = text.optional()
const several = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).max(10).optional()

const CardSchema = z.strictObject({
  name: limitedText(LIMITS.name),
  firstName: word,
  lastName: word,
  /** `waId`: their number on WhatsApp, so that a tap opens the conversation. */
  phones: several(z.strictObject({ phone: text, type: word, waId: word })),
  emails: several(z.strictObject({ email: text, type: word })),
  urls: several(z.strictObject({ url: limitedText(WHATSAPP_LIMITS.link), type: word })),
  addresses: several(
    z.strictObject({
      street: word,
      city: word,
      state: word,
      zip: word,
      country: word,
      type: word,
    }),
  ),
  company: word,
  department: word,
  title: word,
  /** `YYYY-MM-DD` */
  birthday: word,
})
type Card = z.infer<typeof CardSchema>

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_contacts'),
  contacts: z.array(CardSchema).min(1).max(LIMITS.count),
  purpose: PurposeSchema.optional(),
}).strict()

export const whatsappSendContacts = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_contacts',
  description: {
    'pt-BR': 'Envia contatos pelo WhatsApp',
    en: 'Sends contacts over WhatsApp',
  },
  icon: 'contact-round',
  schema: Schema,
  form: [
    { field: 'contacts', control: 'list', label: { 'pt-BR': 'Contatos', en: 'Contacts' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const contacts = node.contacts.map(compileCard)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_contacts',
        contacts: contacts.map((contact) => contact(scope)),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ contacts }) =>
    expressionsIn(contacts, '.contacts').map((use) => ({ ...use, isText: true })),
  summarize: ({ contacts }) => contacts.map(({ name }) => name).join(', '),
})

function compileCard(card: Card): (scope: Scope) => ContactCard {
  const name = compileTemplate(card.name)
  const plain = compileWords(card, WORDS)
  const phones = (card.phones ?? []).map((phone) => compileWords(phone, ['phone', 'type', 'waId']))
  const emails = (card.emails ?? []).map((email) => compileWords(email, ['email', 'type']))
  const urls = (card.urls ?? []).map((url) => compileWords(url, ['url', 'type']))
  const addresses = (card.addresses ?? []).map((address) => compileWords(address, PLACE))
  return (scope) => ({
    name: name.render(scope),
    ...plain(scope),
    phones: phones.map((make) => given(make(scope), 'phone')),
    emails: emails.map((make) => given(make(scope), 'email')),
    urls: urls.map((make) => given(make(scope), 'url')),
    addresses: addresses.map((make) => make(scope)),
  })
}

const WORDS = ['firstName', 'lastName', 'company', 'department', 'title', 'birthday'] as const
const PLACE = ['street', 'city', 'state', 'zip', 'country', 'type'] as const

/** Compiles texts that may be left out, each by its name. */
function compileWords<Name extends string>(
  source: { [Key in Name]?: string | undefined },
  names: readonly Name[],
): (scope: Scope) => Record<Name, string | null> {
  const words = names.map((name) => [name, compileOptional(source[name])] as const)
  return (scope) =>
    Object.fromEntries(words.map(([name, make]) => [name, make(scope)])) as Record<
      Name,
      string | null
    >
}

function given<Name extends string, Rest extends Record<Name, string | null>>(
  words: Rest,
  name: Name,
): Omit<Rest, Name> & Record<Name, string> {
  return { ...words, [name]: words[name] ?? '' }
}
