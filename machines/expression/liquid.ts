// The part of Liquid that texts may use: tags and filters whose result depends on their input only, and whose
// work is bounded. Liquid's own filters read the clock (`date: 'now'`), the host's zone and random numbers
// (`sample`), and its loops over lists are free of charge (reliability §8), so everything is by allow-list.

import {
  type Context,
  type Emitter,
  type FilterImplOptions,
  ForTag,
  Liquid,
  RenderTag,
  type TagToken,
  type TopLevelToken,
} from 'liquidjs'
import { formatDate } from './date-filter.ts'

const MAX_TEMPLATE_CHARS = 100_000
/** Characters written and objects made by one rendering; a loop's turn counts as its source plus this. */
const BUDGET = 1_000_000
const TURN_COST = 100
const PARTIAL_COST = 1_000

/** Of one item of a list, by filter; others: 1. */
const ITEM_COSTS: Record<string, number> = {
  sort: 60,
  map: 30,
  where: 60,
  sum: 30,
  uniq: 15,
  json: 30,
}
type Filter = Extract<FilterImplOptions, (...given: never[]) => unknown>

const TAGS = new Set('if unless case for break continue assign capture comment raw #'.split(' '))

const FILTERS = new Set(
  [
    'abs append at_least at_most capitalize ceil compact concat default divided_by downcase escape',
    'first floor join json last lstrip map minus modulo newline_to_br plus prepend remove remove_first',
    'replace replace_first reverse round rstrip size slice sort split strip strip_newlines sum times',
    'truncate truncatewords uniq upcase url_encode where',
  ]
    .join(' ')
    .split(' '),
)

/** Filters that texts may use, by the alphabet. */
export const TEMPLATE_FILTERS: readonly string[] = [...FILTERS, 'date'].toSorted((a, b) =>
  a.localeCompare(b, 'en'),
)

export interface LiquidForm {
  /** Values are written as HTML text: what a contact wrote is never markup. */
  isHtml?: boolean
  /** What `{% render 'name' %}` finds; left out, the tag is not offered. Who calls has made sure that they end. */
  partials?: Readonly<Record<string, string>>
}

/** Liquid as templates use it. */
export function createLiquid({ isHtml = false, partials }: LiquidForm = {}): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: MAX_TEMPLATE_CHARS,
    memoryLimit: BUDGET,
    templates: { ...partials },
    // First of all to count: Liquid calls it as a filter on everything that is written.
    outputEscape: function (this: { context: Context }, value: unknown) {
      const charged = chargeText(this.context, value)
      return isHtml ? toHtml(charged) : charged
    } as (value: unknown) => string,
  })
  const hasPartials = partials !== undefined
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name]
  for (const name of Object.keys(liquid.filters))
    if (!FILTERS.has(name)) delete liquid.filters[name]
  chargeInputs(liquid)
  liquid.registerTag('for', BoundedFor)
  if (hasPartials) liquid.registerTag('render', BoundedRender)
  if (isHtml) keepMarkup(liquid)
  liquid.registerFilter('date', function (value, format) {
    return chargeText(this.context, formatDate(value, format, momentOf(this.context)))
  })
  return liquid
}

/** Liquid does not count what every filter reads, and the items of a list once, whatever is done with each of them. */
function chargeInputs(liquid: Liquid): void {
  for (const name of FILTERS) {
    const filter = liquid.filters[name] as Filter
    const cost = ITEM_COSTS[name] ?? 1
    liquid.registerFilter(name, function (value: unknown, ...more: unknown[]) {
      if (typeof value === 'string') this.context.memoryLimit.use(value.length)
      if (Array.isArray(value)) this.context.memoryLimit.use(value.length * cost)
      return filter.call(this, value, ...more) as unknown
    })
  }
}

/** Filters whose result is markup already. */
function keepMarkup(liquid: Liquid): void {
  liquid.registerFilter('escape', { raw: true, handler: (value: unknown) => toHtml(value) })
  liquid.registerFilter('newline_to_br', {
    raw: true,
    handler(value: unknown) {
      const text = chargeText(this.context, value)
      return toHtml(text).replaceAll(/\r?\n/g, '<br>\n')
    },
  })
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function toHtml(value: unknown): string {
  return writtenOf(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** A value as Liquid writes it. */
function writtenOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(writtenOf).join('')
  return value === null || value === undefined ? '' : String(value as string)
}

/** The platform's own names, whatever a text assigns; a partial finds them among the globals. */
function momentOf({ environments, globals }: Context): { now: string; zone: string } {
  const [own, shared] = [environments, globals] as { now?: unknown; zone?: unknown }[]
  return { now: String(own?.now ?? shared?.now), zone: String(own?.zone ?? shared?.zone) }
}

function chargeText(context: Context, value: unknown): unknown {
  context.memoryLimit.use(
    typeof value === 'string' ? value.length : JSON.stringify(value ?? 0).length,
  )
  return value
}

class BoundedFor extends ForTag {
  constructor(...[token, remaining, liquid, parser]: ConstructorParameters<typeof ForTag>) {
    const begin = remaining[0]?.begin ?? token.end
    super(token, remaining, liquid, parser)
    const cost = TURN_COST + bodyLength(token, remaining, begin)
    this.templates.unshift({ token, render: (context: Context) => context.memoryLimit.use(cost) })
  }
}

/** A partial by its name in quotes, once: which ones a text can reach is known before it is rendered. */
class BoundedRender extends RenderTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    context.memoryLimit.use(PARTIAL_COST)
    yield* super.render(context, emitter)
  }
}

/** Characters between a loop's tag and what follows its end, whatever is nested inside. */
function bodyLength(token: TagToken, remaining: TopLevelToken[], begin: number): number {
  return (remaining[0]?.begin ?? token.input.length) - begin
}
