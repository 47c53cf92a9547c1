// A request for every route that somebody must be signed in for: its address, its query and a body that is right.

import { DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import { CONTACTS, WORKFLOWS } from './fixtures.ts'
import { CHANNELS } from './memory-channels.ts'
import { HELD, LETTERS } from './memory-deliveries.ts'
import { EMAIL_TEMPLATES } from './memory-emails.ts'
import { FORMS, IMPORTS, PAYLOAD, SOURCES } from './memory-leads.ts'
import { MEDIA_OF } from './memory-media.ts'
import { MERGES, SUGGESTIONS } from './memory-merges.ts'
import { TEMPLATES } from './memory-templates.ts'

const EMAIL = {
  subject: 'Oi',
  html: '<p>Oi</p>',
  text: null,
  tracking: { opens: true, clicks: true },
  language: 'pt_BR',
}

const TEMPLATE = {
  name: 'oi',
  language: 'pt_BR',
  category: 'UTILITY',
  header: null,
  body: 'Oi!',
  examples: {},
  footer: null,
  buttons: [],
}

const FORM = {
  title: { 'pt-BR': 'Contato', en: 'Contact' },
  fields: [
    { type: 'phone', key: 'phone', label: { 'pt-BR': 'Telefone', en: 'Phone' }, required: true },
  ],
}

const MAPPING = { rules: [{ to: 'phone', path: "$['phone']", transforms: [{ type: 'phone' }] }] }

const BODIES: Record<string, unknown> = {
  'POST /api/templates': TEMPLATE,
  'PUT /api/templates/:id': TEMPLATE,
  'POST /api/templates/sync': {},
  'PUT /api/email-templates': { ...EMAIL, name: 'oi' },
  'POST /api/email-templates/preview': EMAIL,
  'POST /api/email-templates/test': { ...EMAIL, to: 'ana@example.com' },
  'PUT /api/email-partials': { name: 'rodape', html: '' },
  'POST /api/workflows': { id: WORKFLOWS.acme, nodes: [] },
  'POST /api/workflows/check': { id: WORKFLOWS.acme },
  'POST /api/workflows/import': { text: '{}', acceptsUnsigned: true },
  'POST /api/workflows/import/dry-run': { text: '{}' },
  'POST /api/workflows/:id/duplicate': { name: 'Cópia' },
  'POST /api/workflows/:id/archive': {},
  'POST /api/workflows/:id/bundle': {},
  'POST /api/workflows/:id/propose': {
    prompt: 'um lembrete depois de um dia',
    definition: { id: WORKFLOWS.acme, nodes: [] },
  },
  'POST /api/workflows/:id/test': { script: [] },
  'PUT /api/workflows/:id/tests': [],
  'POST /api/workflows/:id/runs': { contactId: CONTACTS.acme },
  'POST /api/workflows/:id/rollback': { versionId: 'ver_1' },
  'POST /api/workflows/:id/what-if': {},
  'POST /api/workflows/:id/runs/end': { reason: 'test' },
  'POST /api/workflows/:id/migrations': { reason: 'test' },
  'POST /api/workflows/:id/migrations/dry-run': {},
  'POST /api/workflows/:id/migrations/:migrationId/stop': { reason: 'test' },
  'POST /api/workflows/:id/migrations/:migrationId/undo': { reason: 'test' },
  'POST /api/workflows/:id/state-acts': {
    filter: { state: 'wait' },
    act: { kind: 'stop' },
    reason: 'test',
  },
  'POST /api/workflows/:id/state-acts/dry-run': {
    filter: { state: 'wait' },
    act: { kind: 'stop' },
  },
  'POST /api/workflows/:id/state-acts/:actId/stop': { reason: 'test' },
  'POST /api/workflows/:id/state-acts/:actId/undo': { reason: 'test' },
  'POST /api/contacts/:id/retell': { runId: 'run_1' },
  'POST /api/contacts/:id/actor/actions': { action: 'skip_wait', reason: 'test' },
  'POST /api/contacts/:id/merge/preview': { sourceId: CONTACTS.acme },
  'POST /api/contacts/:id/merge': { sourceId: CONTACTS.acme, reason: 'test' },
  'POST /api/contact-merges/:id/undo': { reason: 'test' },
  'POST /api/channels': { kind: 'chat', address: '1' },
  'PUT /api/channels/:id': { displayAddress: '@one' },
  'POST /api/channels/:id/secrets': { generate: ['secret'] },
  'POST /api/channels/:id/pause': { reason: 'test' },
  'POST /api/channels/:id/resume': { reason: 'test' },
  'POST /api/channels/:id/remove': { reason: 'test' },
  'PUT /api/dead-letters/:id': { content: {}, reason: 'test' },
  'POST /api/dead-letters/replay': { selection: { ids: [LETTERS.acme] }, reason: 'test' },
  'POST /api/dead-letters/replay/dry-run': { selection: { ids: [LETTERS.acme] } },
  'POST /api/dead-letters/drop': { selection: { ids: [LETTERS.acme] }, reason: 'test' },
  'POST /api/outbox/resting/settle': { ids: [HELD.acme], how: 'send', reason: 'test' },
  'POST /api/outbox/gate/release': { reason: 'test' },
  'PUT /api/ai-settings': DEFAULT_SETUP,
  'POST /api/ai-settings/test': {},
  'POST /api/sources': { type: 'leads', name: 'Loja' },
  'PUT /api/sources/:id': { name: 'Loja', mapping: MAPPING },
  'POST /api/sources/:id/test': { mapping: MAPPING, body: { phone: '11987654321' } },
  'POST /api/forms': { name: 'Contato', key: 'contato', definition: FORM },
  'PUT /api/forms/:id': { definition: FORM },
  'POST /api/imports/:id/dry-run': { mapping: MAPPING },
  'POST /api/imports/:id/start': { mapping: MAPPING },
}

/** Bodies that are no JSON. */
const FILES: Record<string, { contentType: string; body: string }> = {
  'POST /api/imports': { contentType: 'text/csv', body: 'phone\n11987654321\n' },
}

const QUERIES: Record<string, string> = {
  'POST /api/imports': '?name=lista.csv',
  'GET /api/workflows/:id/diff': '?from=ver_1&to=draft',
  'GET /api/workflows/:id/contacts.csv': '?state=wait',
  'GET /api/workflows/:id/history': '?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z',
}

export interface Ids {
  wf: string
  cnt: string
  letter: string
  channel: string
  merge: string
  suggestion: string
  email: string
  template: string
  media: string
  source: string
  form: string
  list: string
}
/** Acme's own things. */
export const OWN: Ids = {
  wf: WORKFLOWS.acme,
  cnt: CONTACTS.acme,
  letter: LETTERS.acme,
  channel: CHANNELS.acme,
  merge: MERGES.acme,
  suggestion: SUGGESTIONS.acme,
  email: EMAIL_TEMPLATES.acme,
  template: TEMPLATES.acme,
  media: MEDIA_OF.acme,
  source: SOURCES.acme,
  form: FORMS.acme,
  list: IMPORTS.acme,
}

/** Ids that nobody has. */
export const NOBODY: Ids = {
  wf: 'wf_nobody',
  cnt: 'cnt_nobody',
  letter: 'eff_nobody_1',
  channel: 'chn_nobody',
  merge: 'mrg_nobody',
  suggestion: 'sug_nobody',
  email: 'tpl_nobody',
  template: 'tpl_nobody',
  media: 'med_nobody',
  source: 'src_nobody',
  form: 'frm_nobody',
  list: 'imp_nobody',
}

/** Beside the id that names the tenant's own thing others may stand in the address. */
const inAddress = (pattern: string, id: string): string =>
  pattern
    .replace(':id', id)
    .replace(':versionId', 'ver_1')
    .replace(':migrationId', 'mig_1')
    .replace(':actId', 'act_1')
    .replace(':seq', '1')
    .replace(':provider', 'chat')
    .replace(':what', 'messages')
    .replace(':name', 'rodape')
    .replace(':domain', 'loja.example')
    .replace(':payload', PAYLOAD)

/** Whose id an address has, by what stands before it; the first that fits. */
const NAMED: readonly (readonly [string, keyof Ids])[] = [
  ['email-templates/:id', 'email'],
  ['/templates/:id', 'template'],
  ['channels/:id', 'channel'],
  ['meta-leads/:id', 'channel'],
  ['suggestions/:id', 'suggestion'],
  ['contact-merges/:id', 'merge'],
  ['dead-letters/:id', 'letter'],
  ['contacts/:id', 'cnt'],
  ['media/:id', 'media'],
  ['sources/:id', 'source'],
  ['forms/:id', 'form'],
  ['imports/:id', 'list'],
]

function idIn(pattern: string, ids: Ids): string {
  const [, name = 'wf'] = NAMED.find(([part]) => pattern.includes(part)) ?? []
  return ids[name]
}

interface PolicyRequest {
  method: 'GET'
  url: string
  contentType: string
  body: string | undefined
}

/** @param route as the policy names it: `GET /api/contacts/:id` */
export function requestOf(route: string, ids: Ids): PolicyRequest {
  const [method = 'GET', pattern = '/'] = route.split(' ')
  const url = `${inAddress(pattern, idIn(pattern, ids))}${QUERIES[route] ?? ''}`
  const json = { contentType: 'application/json', body: JSON.stringify(BODIES[route]) }
  return { method: method as 'GET', url, ...(FILES[route] ?? json) }
}
