// Templates at Meta: read page by page, create, change, remove, and upload the example of a header's file.

import { z } from 'zod'
import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Egress, EgressRequest, EgressResponse } from '../../egress/egress.ts'
import type { TenantFile } from '../connector.ts'
import { parseProviderBody, toStorableText } from '../json-body.ts'

export interface TemplateApiOptions {
  egress: Egress
  /** `https://graph.facebook.com`, or the sandbox's address. */
  graphUrl: string
  /** `v24.0`. */
  version: string
}

/** The business account that templates belong to, and how it is entered. */
export interface TemplateAccount {
  wabaId: string
  accessToken: string
  /** Of the app; only needed to upload examples. */
  appId: string | null
}

export type Answered<T> =
  | { ok: true; value: T }
  /** `isDown`: nobody answered, or not now. */
  | { ok: false; error: EffectError; isDown: boolean }

const Text = z.string().max(5000)
const TemplateSchema = z.looseObject({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(512),
  language: z.string().min(2).max(20),
  status: Text,
  category: Text.optional(),
  correct_category: Text.nullish(),
  rejected_reason: Text.nullish(),
  quality_score: z.looseObject({ score: Text.optional() }).nullish(),
  components: z.array(z.unknown()).default([]),
})
export type MetaTemplate = z.infer<typeof TemplateSchema>

const PageSchema = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({
      cursors: z.looseObject({ after: z.string().max(1000).optional() }).optional(),
      next: z.string().optional(),
    })
    .optional(),
})
const CreatedSchema = z.looseObject({
  id: z.string().min(1).max(200),
  status: Text.default('PENDING'),
  category: Text.optional(),
})
type Created = z.infer<typeof CreatedSchema>
const DoneSchema = z.looseObject({ success: z.boolean().optional(), id: z.string().optional() })
const SessionSchema = z.looseObject({ id: z.string().regex(/^upload:[\w.~%=?&:-]{1,2000}$/) })
const HandleSchema = z.looseObject({ h: z.string().min(1) })
const RefusalSchema = z.looseObject({
  error: z.looseObject({
    code: z.int().optional(),
    message: Text.optional(),
    error_user_title: Text.optional(),
    error_user_msg: Text.optional(),
    error_data: z.union([z.string(), z.looseObject({ details: Text.optional() })]).optional(),
  }),
})

const PAGE_SIZE = 50
const FIELDS =
  'id,name,language,status,category,correct_category,rejected_reason,quality_score,components,parameter_format'
const TIMEOUT_MS = 30_000
const MAX_BYTES = 8 * 1024 * 1024

export interface TemplateApi {
  /** One page; `after` is where it begins. */
  list(account: TemplateAccount, after: string | null): Promise<Answered<TemplatePage>>
  create(account: TemplateAccount, body: JsonObject): Promise<Answered<Created>>
  edit(account: TemplateAccount, providerId: string, body: JsonObject): Promise<Answered<unknown>>
  remove(
    account: TemplateAccount,
    which: { providerId: string; name: string },
  ): Promise<Answered<unknown>>
  /** Meta's handle of an example file (Resumable Upload API). */
  uploadExample(account: TemplateAccount, file: TenantFile): Promise<Answered<string>>
}

export interface TemplatePage {
  templates: MetaTemplate[]
  after: string | null
}

type Ask = <Schema extends z.ZodType>(
  account: TemplateAccount,
  request: EgressRequest,
  schema: Schema,
) => Promise<Answered<z.infer<Schema>>>

interface Parts {
  ask: Ask
  /** An address below the API's version. */
  at: (...parts: string[]) => string
}

export function createTemplateApi({ egress, graphUrl, version }: TemplateApiOptions): TemplateApi {
  const base = `${graphUrl.replace(/\/+$/, '')}/${version}`
  const parts: Parts = {
    ask: askThrough(egress),
    at: (...names) => [base, ...names.map(encodeURIComponent)].join('/'),
  }
  const { ask, at } = parts
  const all = (account: TemplateAccount, query = ''): string =>
    at(account.wabaId, 'message_templates') + query
  return {
    list: (account, after) => list(parts, account, after),
    create: (account, body) => ask(account, posted(all(account), body), CreatedSchema),
    edit: (account, providerId, body) => ask(account, posted(at(providerId), body), DoneSchema),
    remove: (account, { providerId, name }) => {
      const url = all(account, queryOf({ hsm_id: providerId, name }))
      return ask(account, { url, method: 'DELETE' }, DoneSchema)
    },
    uploadExample: (account, file) => uploadExample(parts, account, file),
  }
}

function askThrough(egress: Egress): Ask {
  return async (account, request, schema) => {
    try {
      const headers = { authorization: `Bearer ${account.accessToken}`, ...request.headers }
      const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }
      return read(await egress.request({ ...limits, ...request, headers }), schema)
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : 'The request broke off'
      return { ok: false, error: { code: UNREACHABLE, message }, isDown: true }
    }
  }
}

function posted(url: string, body: JsonObject): EgressRequest {
  const headers = { 'content-type': 'application/json' }
  return { url, method: 'POST', headers, body: JSON.stringify(body) }
}

function queryOf(fields: Record<string, string>): string {
  return `?${new URLSearchParams(fields).toString()}`
}

async function list(
  { ask, at }: Parts,
  account: TemplateAccount,
  after: string | null,
): Promise<Answered<TemplatePage>> {
  const query = { fields: FIELDS, limit: String(PAGE_SIZE), ...(after !== null && { after }) }
  const url = at(account.wabaId, 'message_templates') + queryOf(query)
  const page = await ask(account, { url }, PageSchema)
  if (!page.ok) return page
  const templates = page.value.data.flatMap((one) => TemplateSchema.safeParse(one).data ?? [])
  const { paging } = page.value
  const isMore = paging?.next !== undefined && page.value.data.length > 0
  return { ok: true, value: { templates, after: (isMore && paging.cursors?.after) || null } }
}

const NO_APP = 'WHATSAPP_APP_MISSING'
const UNREACHABLE = 'PROVIDER_UNREACHABLE'

async function uploadExample(
  { ask, at }: Parts,
  account: TemplateAccount,
  { bytes, mime, filename }: TenantFile,
): Promise<Answered<string>> {
  if (account.appId === null) {
    const message = 'The channel does not name the app that examples are uploaded to (appId)'
    return { ok: false, error: { code: NO_APP, message }, isDown: false }
  }
  const query = queryOf({
    file_name: filename ?? 'example',
    file_length: String(bytes.length),
    file_type: mime,
  })
  const open = { url: at(account.appId, 'uploads') + query, method: 'POST' }
  const session = await ask(account, open, SessionSchema)
  if (!session.ok) return session
  const headers = { authorization: `OAuth ${account.accessToken}`, file_offset: '0' }
  // Its id is a part of an address, with the signature that belongs to it.
  const url = `${at()}/${session.value.id}`
  const sent = await ask(account, { url, method: 'POST', headers, body: bytes }, HandleSchema)
  return sent.ok ? { ok: true, value: sent.value.h } : sent
}

function read<Schema extends z.ZodType>(
  response: EgressResponse,
  schema: Schema,
): Answered<z.infer<Schema>> {
  const body = bodyOf(response.body)
  const parsed = schema.safeParse(body)
  if (response.status < 300 && parsed.success) return { ok: true, value: parsed.data }
  const refusal = RefusalSchema.safeParse(body).data?.error
  const isDown = response.status >= 500 || response.status === 429
  if (!refusal) {
    const message = `Meta answered ${response.status} without a reason`
    return { ok: false, error: { code: `HTTP_${response.status}`, message }, isDown }
  }
  const { code, message, error_user_title: title, error_user_msg: told, error_data: data } = refusal
  const details = typeof data === 'string' ? data : data?.details
  const said = told ? [title, told].filter(Boolean).join(': ') : (details ?? message ?? 'refused')
  const error = {
    code: `WHATSAPP_${code ?? response.status}`,
    message: toStorableText(said.slice(0, 500)),
  }
  return { ok: false, error, isDown }
}

function bodyOf(body: Buffer): unknown {
  try {
    return parseProviderBody(body, body.length)
  } catch {
    return null
  }
}
