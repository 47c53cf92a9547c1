// E-mail of the runtime in memory: one template, one link that is known, and what was done with it.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { TENANTS } from './fixtures.ts'

export const EMAIL_TEMPLATES = { acme: 'tpl_acme_email' }
export const KNOWN_TOKEN = `known-${'x'.repeat(300)}`

export function createEmails(): Pick<Runtime, 'emailTemplates' | 'emailDomains' | 'emailLinks'> {
  return {
    emailTemplates: createTemplates(),
    emailDomains: createDomains(),
    emailLinks: createLinks(),
  }
}

function createTemplates(): Runtime['emailTemplates'] {
  const template = {
    id: EMAIL_TEMPLATES.acme,
    name: 'boas_vindas',
    language: 'pt_BR',
    subject: 'Oi',
    html: '<p>Oi</p>',
    text: null,
    tracking: { opens: true, clicks: true },
    variables: [],
    updatedAt: new Date(0).toISOString(),
  }
  const own = ({ tenantId }: Actor, id: string) => {
    if (tenantId !== TENANTS.acme || id !== template.id) throw new FluxoError('RESOURCE_NOT_FOUND')
    return template
  }
  return {
    list: async () => ({ items: [template] }),
    get: async (actor, id) => own(actor, id),
    save: async (_actor, given) => ({ ...template, ...given }),
    remove: async (actor, id) => void own(actor, id),
    preview: async (_actor, { subject, html }) => {
      return { problems: [], subject, html, text: '', variables: [], bytes: html.length, hints: [] }
    },
    sendTest: async () => ({ outcome: 'accepted', error: null }),
    partials: async () => ({ items: [] }),
    savePartial: async (_actor, partial) => partial,
    removePartial: async () => {},
  }
}

function createDomains(): Runtime['emailDomains'] {
  return {
    check: async (_actor, domain) => ({ domain, ready: 'bulk', records: [], problems: [] }),
  }
}

type Links = Runtime['emailLinks']

function createLinks(): Links {
  let isReceiving = true
  let marketing: boolean | null = true
  const standing = (token: string) =>
    token === KNOWN_TOKEN
      ? {
          contactId: 'cnt_1',
          tenantName: 'Loja <Aurora>',
          locale: 'pt-BR' as const,
          isReceiving,
          purposes: [{ name: 'marketing', granted: marketing }],
        }
      : null
  return {
    standing: async (token) => standing(token),
    leave: async (token) => {
      if (token === KNOWN_TOKEN) marketing = false
      return standing(token)
    },
    choose: async (token, choice) => {
      if (token === KNOWN_TOKEN) {
        isReceiving = choice.isReceiving ?? isReceiving
        marketing = choice.purposes?.['marketing'] ?? marketing
      }
      return standing(token)
    },
    opened: async () => {},
    clicked: async (token) => (token === KNOWN_TOKEN ? 'https://loja.example/?a=1' : null),
  }
}
