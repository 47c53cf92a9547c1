// INTERRUPT_SHADOWED: words and events that somebody else reacts to first.

import type { JsonPatchOp } from '../../contracts/api.ts'
import { OPT_OUT_WORDS } from '../../contracts/opt-out-words.ts'
import type { Localized } from '../../nodes/node-kind.ts'
import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import { type Checked, outwards, placeOf } from './checked.ts'
import { removeAt } from './fix.ts'
import type { Flow } from './flow.ts'
import { traceTo } from './trace.ts'

interface Claim {
  node: ResolvedNode
  field: string
  fix: JsonPatchOp[] | null
}

/** Words of interrupts that the platform or an earlier interrupt takes, and events that two interrupts ask for. */
export function shadowedInterrupts({ flow }: Checked): Finding[] {
  const taken = new Map<string, Localized>()
  const platform = { 'pt-BR': 'a plataforma', en: 'the platform' }
  for (const word of OPT_OUT_WORDS) taken.set(`word ${word}`, platform)
  return flow.nodes.flatMap((node) => {
    const claims = claimsOf(flow, node)
    const findings = claims.flatMap(({ key, name, ...claim }): Finding[] => {
      const before = taken.get(key)
      return before === undefined ? [] : [shadowed(claim, name, before)]
    })
    for (const { key } of claims) if (!taken.has(key)) taken.set(key, quoted(node.id))
    return findings
  })
}

function claimsOf({ shapes }: Flow, node: ResolvedNode): (Claim & { key: string; name: string })[] {
  const lowering = shapes.get(node.id)
  if (lowering?.shape !== 'interrupt') return []
  const words = lowering.words.map((word, index) => {
    const field = `.words[${index}]`
    const fix = lowering.words.length > 1 ? [removeAt(placeOf(node, field).path)] : null
    return { node, field, fix, key: `word ${word}`, name: word }
  })
  if (lowering.event === null) return words
  const fix = words.length > 0 ? [removeAt(placeOf(node, '.event').path)] : null
  const event = { node, field: '.event', fix, key: `event ${lowering.event}`, name: lowering.event }
  return [...words, event]
}

/** Waits and handlers that never hear of their event because an interrupt, a nearer wait or a twin takes it. */
export function shadowedHandlers({ flow }: Checked): Finding[] {
  const interrupts = interruptEvents(flow)
  return flow.nodes.flatMap((node) => {
    const lowering = flow.shapes.get(node.id)
    if (lowering?.shape !== 'group' && lowering?.shape !== 'wait') return []
    const events = lowering.shape === 'wait' ? (lowering.events ?? []) : lowering.events
    const list = lowering.shape === 'wait' ? 'events' : 'on'
    const seen = new Set<string>()
    return events.flatMap(({ type }, index): Finding[] => {
      const isTwin = seen.has(type)
      seen.add(type)
      const isList = list === 'on' || (node.node as { events?: unknown }).events !== undefined
      const field = isList ? `.${list}[${index}]` : '.event'
      const before = isTwin ? node.id : (interrupts.get(type) ?? innerWaitFor(flow, node, type))
      if (before === undefined || (isInside(flow, node, before) && !isTwin)) return []
      const canLose = isList && (list === 'on' || events.length > 1)
      const fix = canLose ? [removeAt(placeOf(node, field).path)] : null
      return [shadowed({ node, field, fix, trace: traceTo(flow, node.id) }, type, quoted(before))]
    })
  })
}

function interruptEvents({ nodes, shapes }: Flow): Map<string, string> {
  return new Map(
    nodes.flatMap(({ id }) => {
      const lowering = shapes.get(id)
      return lowering?.shape === 'interrupt' && lowering.event !== null
        ? [[lowering.event, id] as const]
        : []
    }),
  )
}

/** A wait inside a group reacts before the group does. */
function innerWaitFor(flow: Flow, group: ResolvedNode, type: string): string | undefined {
  const inner = [...group.children]
  for (let id = inner.pop(); id !== undefined; id = inner.pop()) {
    const lowering = flow.shapes.get(id)
    const events = lowering && 'events' in lowering ? (lowering.events ?? []) : []
    const own = lowering?.shape === 'ask' ? [{ type: lowering.event }] : events
    if (own.some((event) => event.type === type)) return id
    inner.push(...(flow.byId.get(id)?.children ?? []))
  }
  return undefined
}

/** The inside of an interrupt is not interrupted by itself. */
function isInside({ byId, shapes }: Flow, node: ResolvedNode, id: string): boolean {
  if (shapes.get(id)?.shape !== 'interrupt') return false
  return [...outwards(byId, node)].some((around) => around.id === id)
}

function shadowed(
  { node, field, fix, trace = null }: Claim & Pick<Finding, 'trace'>,
  name: string,
  by: Localized,
): Finding {
  return {
    code: 'INTERRUPT_SHADOWED',
    ...placeOf(node, field),
    detail: name,
    other: by,
    fix,
    trace,
  }
}

function quoted(id: string): Localized {
  return { 'pt-BR': `"${id}"`, en: `"${id}"` }
}
