// Templates of an account as the Graph API has them: listed by pages, created, changed, removed; reviewed by a script or
// approved after a moment, each time with the webhook.

import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { TEMPLATE_CATEGORIES } from '#machines/contracts/whatsapp-template.ts'
import { parseBody, Refusal, type Reply, type Route, type SandboxRequest } from '../http.ts'
import type { SandboxContext } from './context.ts'
import { graphErrorReply } from './graph-error.ts'
import type { SandboxNumber, SandboxTemplate } from './record.ts'
import { refusalOfTemplate } from './template-check.ts'
import { changeWebhook } from './webhook-body.ts'

const CreateSchema = z.looseObject({
  name: z.string(),
  language: z.string(),
  category: z.enum(TEMPLATE_CATEGORIES),
  parameter_format: z.enum(['NAMED', 'POSITIONAL']).default('POSITIONAL'),
  components: z.array(z.looseObject({ type: z.string() })).min(1),
})

const ReviewSchema = z.strictObject({
  name: z.string().min(1).max(512),
  /** Default: all languages. */
  language: z.string().max(20).optional(),
  event: z.enum(['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'PENDING', 'FLAGGED']),
  reason: z.string().max(100).default('NONE'),
  /** `FIRST_PAUSE`, `SECOND_PAUSE`. */
  title: z.string().max(100).optional(),
})
type Review = z.infer<typeof ReviewSchema>

/** So long Meta thinks about a template that no script decides about. */
const REVIEW_MS = 2_000

export function templateRoutes(context: SandboxContext): Route[] {
  const reviews = createReviews(context)
  const path = /^\/v\d{1,3}\.\d{1,2}\/(?<wabaId>[^/]+)\/message_templates$/
  return [
    { method: 'GET', path, handle: (request) => list(request, context) },
    { method: 'POST', path, handle: (request) => create(request, context, reviews) },
    { method: 'DELETE', path, handle: (request) => remove(request, context) },
    {
      method: 'POST',
      path: /^\/v\d{1,3}\.\d{1,2}\/(?<id>tpl\d+)$/,
      handle: (request) => edit(request, context, reviews),
    },
    {
      method: 'POST',
      path: /^\/whatsapp\/templates\/review$/,
      handle: ({ body }) => reviews.decide(parseBody(ReviewSchema, body)),
    },
  ]
}

/** The number through which the account was entered; null where it was not. */
function entryOf(
  { headers }: SandboxRequest,
  wabaId: string,
  { store }: SandboxContext,
): SandboxNumber | null {
  const numbers = numbersOf(wabaId, store.state.numbers.values())
  return (
    numbers.find(({ accessToken }) => headers.authorization === `Bearer ${accessToken}`) ?? null
  )
}

function numbersOf(wabaId: string, numbers: Iterable<SandboxNumber>): SandboxNumber[] {
  return [...numbers].filter((one) => (one.wabaId ?? `waba-${one.phoneNumberId}`) === wabaId)
}

const NOT_ENTERED = graphErrorReply({ code: 190, details: 'Invalid OAuth access token' })

function list(request: SandboxRequest, context: SandboxContext): Reply {
  const { query, params } = request
  const wabaId = params['wabaId'] ?? ''
  if (!entryOf(request, wabaId, context)) return NOT_ENTERED
  const limit = Math.min(Number(query.get('limit') ?? 25) || 25, 100)
  const all = [...context.store.state.templates.values()].filter((one) => one.wabaId === wabaId)
  const from = Number(query.get('after') ?? 0) || 0
  const page = all.slice(from, from + limit)
  const end = from + page.length
  const body = {
    data: page.map(itemOf),
    paging: {
      cursors: { before: String(from), after: String(end) },
      ...(end < all.length && { next: `${request.path}?after=${end}` }),
    },
  }
  return { status: 200, body }
}

function itemOf({ parameterFormat, quality, reason, ...one }: SandboxTemplate) {
  const { id, name, language, status, category, components } = one
  return {
    id,
    name,
    language,
    status,
    category,
    components,
    parameter_format: parameterFormat,
    quality_score: { score: quality },
    rejected_reason: reason,
  }
}

function create(request: SandboxRequest, context: SandboxContext, reviews: Reviews): Reply {
  const wabaId = request.params['wabaId'] ?? ''
  if (!entryOf(request, wabaId, context)) return NOT_ENTERED
  const given = CreateSchema.safeParse(request.body)
  if (!given.success) return refuse(given.error.issues[0]?.message ?? 'not valid')
  const { name, language, category, components, parameter_format } = given.data
  const scripted = context.script.take('whatsapp', { to: name, kind: 'template_create' })
  if (scripted?.status !== undefined || scripted?.error !== undefined) {
    const { status, error = 100 } = scripted
    return graphErrorReply({ code: error, details: 'As scripted', ...(status && { status }) })
  }
  const { templates } = context.store.state
  const isThere = [...templates.values()].some(
    (one) => one.wabaId === wabaId && one.name === name && one.language === language,
  )
  if (isThere) return refuse('There is already content in this language for this template name')
  const problem = refusalOfTemplate(given.data)
  if (problem) return refuse(problem)
  const template: SandboxTemplate = {
    id: `tpl${randomInt(1e14, 2.8e14)}`,
    wabaId,
    name,
    language,
    category,
    components: components as SandboxTemplate['components'],
    parameterFormat: parameter_format,
    status: 'PENDING',
    quality: 'UNKNOWN',
    reason: 'NONE',
  }
  context.store.append([{ type: 'template', template }])
  reviews.begin(template)
  return { status: 200, body: { id: template.id, status: 'PENDING', category } }
}

function edit(request: SandboxRequest, context: SandboxContext, reviews: Reviews): Reply {
  const known = context.store.state.templates.get(request.params['id'] ?? '')
  if (!known || !entryOf(request, known.wabaId, context)) return NOT_ENTERED
  const given = CreateSchema.partial().safeParse(request.body)
  if (!given.success) return refuse(given.error.issues[0]?.message ?? 'not valid')
  const { category = known.category, components } = given.data
  const changed: SandboxTemplate = {
    ...known,
    category,
    components: (components as SandboxTemplate['components'] | undefined) ?? known.components,
    status: 'PENDING',
    reason: 'NONE',
  }
  const problem = refusalOfTemplate({ ...changed, parameter_format: changed.parameterFormat })
  if (problem) return refuse(problem)
  context.store.append([{ type: 'template', template: changed }])
  reviews.begin(changed)
  return { status: 200, body: { success: true } }
}

function remove(request: SandboxRequest, context: SandboxContext): Reply {
  const wabaId = request.params['wabaId'] ?? ''
  if (!entryOf(request, wabaId, context)) return NOT_ENTERED
  const { query } = request
  const [name, id] = [query.get('name'), query.get('hsm_id')]
  const gone = [...context.store.state.templates.values()].filter(
    (one) => one.wabaId === wabaId && one.name === name && (id === null || one.id === id),
  )
  if (gone.length === 0) return refuse(`Template ${name ?? ''} does not exist`)
  context.store.append(gone.map((one) => ({ type: 'templateGone' as const, id: one.id })))
  return { status: 200, body: { success: true } }
}

function refuse(details: string): Reply {
  return graphErrorReply({ code: 100, details })
}

interface Reviews {
  begin(template: SandboxTemplate): void
  decide(review: Review): Promise<Reply>
}

/** Decisions that a script lays out before a template comes wait for it. */
function createReviews(context: SandboxContext): Reviews {
  const { store, closing } = context
  const laidOut: Review[] = []
  const fits = (review: Review, one: SandboxTemplate): boolean =>
    review.name === one.name && (review.language === undefined || review.language === one.language)
  const apply = (template: SandboxTemplate, review: Review): Promise<number | null> => {
    const { event, reason } = review
    const decided = { ...template, status: event, reason: event === 'REJECTED' ? reason : 'NONE' }
    store.append([{ type: 'template', template: decided }])
    return tell(context, decided, review)
  }
  const begin = (template: SandboxTemplate): void => {
    const at = laidOut.findIndex((review) => fits(review, template))
    const [review] = at >= 0 ? laidOut.splice(at, 1) : []
    const timer = setTimeout(
      () => {
        const now = store.state.templates.get(template.id)
        if (now?.status !== 'PENDING') return
        void apply(now, review ?? { name: now.name, event: 'APPROVED', reason: 'NONE' })
      },
      review ? 0 : REVIEW_MS,
    )
    closing.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  for (const template of store.state.templates.values())
    if (template.status === 'PENDING') begin(template)
  return {
    begin,
    decide: async (review) => {
      const known = [...store.state.templates.values()].filter((one) => fits(review, one))
      if (known.length === 0) laidOut.push(review)
      const statuses = await Promise.all(known.map((one) => apply(one, review)))
      return { status: 200, body: { decided: known.length, statuses } }
    },
  }
}

async function tell(
  context: SandboxContext,
  { id, name, language, wabaId }: SandboxTemplate,
  { event, reason, title }: Review,
): Promise<number | null> {
  const [number] = numbersOf(wabaId, context.store.state.numbers.values())
  if (!number) throw new Refusal(409, 'No number of this account is registered')
  const webhook = changeWebhook(number, {
    field: 'message_template_status_update',
    value: {
      event,
      message_template_id: id,
      message_template_name: name,
      message_template_language: language,
      reason,
      ...(title !== undefined && { other_info: { title, description: title } }),
    },
    hasNumber: false,
    at: context.now(),
  })
  context.store.append([{ type: 'webhook', webhook }])
  return context.delivery.deliver(webhook)
}
