// WAIT_WITHOUT_EXIT: a wait that only an event ends. EVENT_NEVER_SENT: an event that nothing sends.

import type { Lowering } from '../../nodes/node-kind.ts'
import {
  CONSENT_EVENT_TYPES,
  ENGAGEMENT_EVENTS,
  HANDOFF_RETURNED,
  isTenantEventType,
  MESSAGE_STATUS_EVENTS,
} from '../../contracts/event.ts'
import { TRIGGER_KINDS } from '../../nodes/registry.ts'
import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import { type Checked, outwards, placeOf } from './checked.ts'
import { addAt, replaceAt } from './fix.ts'
import type { Flow } from './flow.ts'
import { nearestOf } from './nearest.ts'
import { traceTo } from './trace.ts'

/** What the platform itself sends to runs. */
const PLATFORM_EVENTS: ReadonlySet<string> = new Set([
  'message.received',
  'message.received.whatsapp',
  'message.received.email',
  HANDOFF_RETURNED,
  ...CONSENT_EVENT_TYPES,
  ...MESSAGE_STATUS_EVENTS,
  ...ENGAGEMENT_EVENTS,
  ...TRIGGER_KINDS.map(({ eventType }) => eventType).filter((type) => type !== 'event'),
])

/** Waits without a time-out of their own or around them. */
export function waitsWithoutExit({ flow }: Checked): Finding[] {
  return flow.nodes.flatMap((node) => {
    const lowering = flow.shapes.get(node.id)
    if (lowering?.shape !== 'wait' && lowering?.shape !== 'ask') return []
    if (isTimed(flow, node)) return []
    const timeout = placeOf(node, '.timeout').path
    const fix = [addAt(timeout, 'P7D'), addAt(placeOf(node, '.timeoutNext').path, null)]
    const detail = eventsOf(lowering).join('", "')
    const trace = traceTo(flow, node.id)
    return [{ code: 'WAIT_WITHOUT_EXIT', ...placeOf(node), detail, fix, trace }]
  })
}

function isTimed({ byId, shapes }: Flow, node: ResolvedNode): boolean {
  return [...outwards(byId, node)].some(({ id }) => {
    const lowering = shapes.get(id)
    return lowering !== undefined && 'after' in lowering && lowering.after !== undefined
  })
}

function eventsOf(lowering: Lowering): string[] {
  switch (lowering.shape) {
    case 'ask':
      return [lowering.event]
    case 'interrupt':
      return lowering.event === null ? [] : [lowering.event]
    case 'group':
      return lowering.events.map(({ type }) => type)
    case 'wait':
      return [lowering.event ?? [], lowering.events ?? []].flat().map(({ type }) => type)
    default:
      return []
  }
}

/** Events that a node, a group or an interrupt asks for although neither the platform nor a tenant may send them. */
export function eventsNeverSent({ flow }: Checked): Finding[] {
  return flow.nodes.flatMap((node) => {
    const lowering = flow.shapes.get(node.id)
    const events = lowering ? eventsOf(lowering) : []
    return events.flatMap((type, index): Finding[] => {
      if (PLATFORM_EVENTS.has(type) || isMessageOn(type) || isTenantEventType(type)) return []
      const place = placeOf(node, fieldOf(node, index))
      const nearest = nearestOf(type, [...PLATFORM_EVENTS])
      const fix = nearest === null ? null : [replaceAt(place.path, nearest)]
      return [{ code: 'EVENT_NEVER_SENT', ...place, detail: type, fix, trace: null }]
    })
  })
}

/** `message.received.<channel>`; of the channels that are known by name nearly the same word is a slip. */
function isMessageOn(type: string): boolean {
  const channel = /^message\.received\.([a-z][a-z0-9_]*)$/.exec(type)?.[1]
  return channel !== undefined && nearestOf(channel, ['whatsapp', 'email']) === null
}

/** Where the document names the event. */
function fieldOf({ node }: ResolvedNode, index: number): string {
  const { event, events } = node as { event?: unknown; events?: unknown }
  if (event !== undefined) return '.event'
  return events === undefined ? `.on[${index}].event` : `.events[${index}].event`
}
