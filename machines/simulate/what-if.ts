// What a draft would have done with what really happened to a contact: the same events and results at the same times,
// timers by a virtual clock, nothing sent.

import type { CompiledWorkflow } from '../compile/compile.ts'
import type { ContactFacts } from '../contracts/contact.ts'
import type { Command } from '../contracts/effect.ts'
import type { Envelope } from '../contracts/envelope.ts'
import type { Difference, Outcome } from '../contracts/versions.ts'
import { canonicalJson } from '../compile/hash.ts'
import { stopRun } from '../run/run.ts'
import { automaticOutcome, type EffectOutcome } from './automatic.ts'
import { outgoingText } from './message-text.ts'
import {
  armedTimers,
  begin,
  deliver,
  fire,
  settle,
  type SimulationEffect,
  type SimulationStep,
  type World,
} from './world.ts'

/** Something that really happened after the start, in order of time. */
export type Happening = { at: string } & (
  | { type: 'event'; envelope: Envelope }
  /** Of an effect of this node and kind; the ids are those of the draft. */
  | { type: 'result'; nodeId: string; kind: string; outcome: EffectOutcome; contact?: ContactFacts }
  | { type: 'contact'; contact: ContactFacts }
  /** A person skipped a wait, or stopped the run. */
  | { type: 'skip' | 'stop' }
)

export interface History {
  trigger: Envelope
  /** ISO 8601 instant of the start. */
  startedAt: string
  contact: ContactFacts
  happenings: readonly Happening[]
  /** Time-outs that are due later have not passed. */
  until: string
}

const MAX_STEPS = 2000
const WINDOW_MS = 24 * 60 * 60 * 1000

type Result = Extract<Happening, { type: 'result' }>

interface Replay {
  world: World
  /** Results that no effect of the draft has taken yet. */
  results: Result[]
  /** When each open effect is answered, and how; null: by rule. */
  answers: Map<string, { at: string; result: Result | null }>
  lastInboundAt: string | null
}

/**
 * Plays a real history through a draft.
 * @param zone IANA zone of the tenant
 * @returns how it would have gone; null when the event would not have started it
 */
export function playHistory(
  compiled: CompiledWorkflow,
  history: History,
  zone: string,
): Outcome | null {
  const world = playWorld(compiled, history, zone)
  return world && outcomeOf(world)
}

/**
 * The same, Step by Step.
 * @returns how it would have ended, and every step on the way; null when the event would not have started it
 */
export function tellHistory(
  compiled: CompiledWorkflow,
  history: History,
  zone: string,
): { outcome: Outcome; steps: readonly SimulationStep[] } | null {
  const world = playWorld(compiled, history, zone)
  return world && { outcome: outcomeOf(world), steps: world.steps }
}

function playWorld(compiled: CompiledWorkflow, history: History, zone: string): World | null {
  if (!compiled.isTriggeredBy(history.trigger)) return null
  const replay: Replay = {
    world: worldOf(compiled, history, zone),
    results: history.happenings.filter((each) => each.type === 'result'),
    answers: new Map(),
    lastInboundAt: null,
  }
  noteInbound(replay, history.trigger, history.startedAt)
  begin(replay.world, history.trigger, null)
  const others = history.happenings.filter((each) => each.type !== 'result')
  for (let step = 0; step < MAX_STEPS; step += 1) {
    takeAnswers(replay)
    const next = nextOf(replay, others[0])
    if (!next || next.at > history.until) break
    if (next.at > replay.world.now) replay.world.now = next.at
    if (next.take === 'answer') answer(replay, next.effect)
    else if (next.take === 'timer') fire(replay.world, next.timer, null)
    else {
      others.shift()
      happen(replay, next.happening)
    }
  }
  return replay.world
}

/** By what two outcomes differ; the draft's is null when it did not start. */
export function differencesOf(then: Outcome, draft: Outcome | null): Difference[] {
  if (!draft) return ['notStarted']
  const isSame = (left: unknown, right: unknown): boolean =>
    canonicalJson(left) === canonicalJson(right)
  const end = ({ status, states }: Outcome): unknown => [status, states.toSorted()]
  return [
    ...(isSame(end(then), end(draft)) ? [] : ['end' as const]),
    ...(isSame(then.effects, draft.effects) ? [] : ['effects' as const]),
    ...(isSame(then.messages, draft.messages) ? [] : ['messages' as const]),
  ]
}

/** Effects as an outcome tells them. */
export function effectsTold(
  effects: readonly { nodeId: string; command: Command }[],
): Pick<Outcome, 'effects' | 'messages'> {
  return {
    effects: effects.map(({ nodeId, command }) => `${nodeId} ${command.kind}`),
    messages: effects.flatMap(({ command }) => outgoingText(command)?.text ?? []),
  }
}

function worldOf(compiled: CompiledWorkflow, { contact, startedAt }: History, zone: string): World {
  return {
    version: { workflowId: compiled.document.id, versionId: 'ver_draft', compiled },
    zone,
    now: startedAt,
    contact,
    windowOpen: true,
    lastInboundAt: {},
    optOuts: {},
    held: null,
    run: null,
    last: null,
    steps: [],
    effects: [],
    transcript: [],
    problems: [],
    trace: null,
  }
}

/** Each new effect takes the first result that really came for such a one; else it is answered by rule, at once. */
function takeAnswers({ world, results, answers }: Replay): void {
  for (const { id, nodeId, kind, status } of world.effects) {
    if (status !== 'pending' || answers.has(id)) continue
    const index = results.findIndex((each) => each.nodeId === nodeId && each.kind === kind)
    const [result = null] = index < 0 ? [] : results.splice(index, 1)
    const at = result && result.at > world.now ? result.at : world.now
    answers.set(id, { at, result })
  }
}

type Other = Exclude<Happening, Result>
type Next = { at: string } & (
  | { take: 'answer'; effect: SimulationEffect }
  | { take: 'other'; happening: Other }
  | { take: 'timer'; timer: { id: string; dueAt: string } }
)

/** What comes next in time; of what comes at the same time, answers first and timers last. */
function nextOf({ world, answers }: Replay, happening: Happening | undefined): Next | null {
  const candidates: Next[] = world.effects
    .filter(({ status }) => status === 'pending')
    .flatMap((effect) => {
      const at = answers.get(effect.id)?.at
      return at === undefined ? [] : [{ at, take: 'answer' as const, effect }]
    })
  if (happening && happening.type !== 'result') {
    candidates.push({ at: happening.at, take: 'other', happening })
  }
  const [timer] = armedTimers(world)
  if (timer) candidates.push({ at: timer.dueAt, take: 'timer', timer })
  return candidates.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at))[0] ?? null
}

function answer({ world, answers, lastInboundAt }: Replay, effect: SimulationEffect): void {
  const result = answers.get(effect.id)?.result
  const sinceInbound =
    lastInboundAt === null ? 0 : Date.parse(world.now) - Date.parse(lastInboundAt)
  world.windowOpen = sinceInbound <= WINDOW_MS
  if (result?.contact) world.contact = result.contact
  const outcome = result?.outcome ?? automaticOutcome(world, effect)
  settle(world, effect.id, { outcome, index: null })
}

function happen(replay: Replay, happening: Other): void {
  const { world } = replay
  switch (happening.type) {
    case 'event':
      noteInbound(replay, happening.envelope, happening.at)
      if (happening.envelope.contact) world.contact = happening.envelope.contact
      return deliver(world, happening.envelope, null)
    case 'contact':
      world.contact = happening.contact
      return
    case 'skip': {
      const [timer] = armedTimers(world)
      return timer && fire(world, { id: timer.id, dueAt: world.now }, null)
    }
    case 'stop':
      if (!world.run) return
      world.last = stopRun(world.run, world.now).change
      world.run = null
  }
}

function noteInbound(replay: Replay, { type, payload }: Envelope, at: string): void {
  if (type === 'message.received' && payload['channel'] === 'whatsapp') replay.lastInboundAt = at
}

function outcomeOf({ run, last, effects }: World): Outcome {
  const told = effects
    .filter(({ error, kind }) => !error?.code.startsWith('POLICY_') && kind !== 'subflow.start')
    .map(({ nodeId, command }) => ({ nodeId, command: command as unknown as Command }))
  return {
    status: last?.status ?? 'active',
    states: run ? run.states : last ? [last.to] : [],
    ...effectsTold(told),
  }
}
