// Prefixed, sortable ids: what each prefix names, and the schemas that check them at the edges.

import { z } from 'zod'

export const ID_PREFIXES = {
  tenant: 'tnt',
  user: 'usr',
  contact: 'cnt',
  source: 'src',
  lead: 'led',
  channel: 'chn',
  template: 'tpl',
  conversation: 'cnv',
  message: 'msg',
  workflow: 'wf',
  version: 'ver',
  event: 'evt',
  run: 'run',
  effect: 'eff',
  secret: 'sec',
  worker: 'wrk',
  migration: 'mig',
  act: 'act',
  consent: 'con',
  merge: 'mrg',
  suggestion: 'sug',
  test: 'tst',
  form: 'frm',
  import: 'imp',
  media: 'med',
} as const

export type IdKind = keyof typeof ID_PREFIXES

/** An id as it may appear in a URL or a body: known prefix, then letters, digits and underscores. */
export function idSchema(kind: IdKind): z.ZodString {
  return z.string().regex(new RegExp(`^${ID_PREFIXES[kind]}_[0-9A-Za-z_-]{1,120}$`))
}
