// Plays a checked script in a world: entries in order, timers on the way, effects answered by rule.

import type { SimulationProblem } from '../contracts/simulation.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { reachesRuns } from '../contracts/event.ts'
import type { CompiledWorkflow } from '../compile/compile.ts'
import { millisecondsUntil } from '../expression/duration.ts'
import { automaticOutcome, type EffectOutcome } from './automatic.ts'
import { contactOf, envelopeOf, sampleTrigger } from './sample.ts'
import type { Disturbance } from './disturbances.ts'
import { giveBack, takeOver } from './handover.ts'
import type { ParsedScript, ScriptEntry } from './script.ts'
import { startTrace } from './trace.ts'
import {
  armedTimers,
  begin,
  deliver,
  fire,
  restart,
  settle,
  type SimulationEffect,
  type World,
} from './world.ts'

interface Play {
  world: World
  script: ParsedScript
  disturbance: Disturbance
  cursor: number
  /** The first entry whose result is still to come. */
  unplayed: number
}

/** Plays the whole script and gives the world after it. */
export function play(
  compiled: CompiledWorkflow,
  script: ParsedScript,
  disturbance: Disturbance = {},
): World {
  const { entries, options } = script
  const startsAt = options.start ? -1 : entries.findIndex((entry) => isTrigger(compiled, entry))
  const opening = options.start || startsAt < 0 ? openingOf(compiled, script) : null
  const told = opening ?? envelopeIn(entries[startsAt], options.at, startsAt)
  const world = createWorld(compiled, script, told?.payload ?? {})
  const state: Play = { world, script, disturbance, cursor: -1, unplayed: 0 }
  if (opening) happen(state, () => begin(world, opening, null), opening)
  for (const [index, entry] of entries.entries()) {
    if (isFull(state)) break
    state.cursor = index
    playEntry(state, entry, { begins: index === startsAt })
  }
  if (disturbance.holdsResults) settleAll(state)
  return world
}

/** A world before anything happened. */
export function createWorld(
  compiled: CompiledWorkflow,
  { options }: ParsedScript,
  payload: Envelope['payload'],
): World {
  return {
    version: { workflowId: compiled.document.id, versionId: 'ver_simulation', compiled },
    zone: options.zone,
    now: new Date(options.at).toISOString(),
    contact: contactOf(payload, options.contact),
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
    trace: options.trace ? startTrace() : null,
  }
}

/** The event that starts the run when no entry does. */
export function openingOf(compiled: CompiledWorkflow, { options }: ParsedScript): Envelope {
  const sample = sampleTrigger(compiled, options.at)
  const { type = sample.type, source = sample.source, payload } = options.start ?? {}
  return envelopeOf({ type, source, payload: payload ?? sample.payload }, options.at)
}

function playEntry(state: Play, entry: ScriptEntry, { begins }: { begins: boolean }): void {
  const { world, cursor } = state
  if (movesOn(entry)) settleAll(state)
  playTime(state, entry)
  if (isFull(state)) return
  playDisturbance(state, entry)
  for (const part of [
    entry.event && { event: entry.event },
    entry.message !== undefined && entry,
  ]) {
    const envelope = part ? envelopeIn(part, world.now, cursor) : null
    if (!envelope) continue
    if (!reachesRuns(envelope.type)) addProblem(state, 'event.type', INTERNAL(envelope.type))
    else if (begins && world.last === null) {
      happen(state, () => begin(world, envelope, cursor), envelope)
    } else happen(state, () => deliver(world, envelope, cursor), envelope)
  }
  if (entry.giveBack) playGiveBack(state, entry.giveBack)
  state.unplayed = cursor + 1
  if (entry.result) playResult(state, entry.result)
}

/** What happens to the platform, or by a person of the team, before anything comes. */
function playDisturbance({ world, cursor }: Play, entry: ScriptEntry): void {
  if (entry.restart) restart(world)
  if (entry.closeWindow) world.windowOpen = false
  if (entry.takeOver) takeOver(world, cursor)
}

/** Only an event of another system may overtake a result: an answer follows what it answers. */
function movesOn(entry: ScriptEntry): boolean {
  return entry.event === undefined || entry.at !== undefined || entry.skip !== undefined
}

function playTime(state: Play, { at, skip }: ScriptEntry): void {
  const { world, script } = state
  const start = Date.parse(script.options.at)
  if (at !== undefined) {
    const target = start + millisecondsUntil(at, script.options.at, world.zone)
    if (target < Date.parse(world.now)) addProblem(state, 'at', PAST(at))
    else advanceTo(state, target)
  }
  if (skip !== undefined) {
    advanceTo(state, Date.parse(world.now) + millisecondsUntil(skip, world.now, world.zone))
  }
}

function advanceTo(state: Play, target: number): void {
  const { world, cursor } = state
  for (let [timer] = armedTimers(world); timer && !isFull(state); [timer] = armedTimers(world)) {
    if (Date.parse(timer.dueAt) > target) break
    fire(world, timer, cursor)
    restartIfAsked(state)
    settleAll(state)
  }
  if (!isFull(state)) world.now = new Date(target).toISOString()
}

/** Something happens, perhaps twice, and the effects that follow are answered. */
function happen(state: Play, action: () => void, envelope: Envelope): void {
  const { world, cursor, disturbance } = state
  const repeats = disturbance.repeatsEvent?.(cursor) ?? null
  const again = (): void => deliver(world, envelope, cursor)
  action()
  restartIfAsked(state)
  if (repeats === 'at once') again()
  if (!disturbance.holdsResults?.(cursor)) settleAll(state)
  if (repeats === 'later') again()
  if (repeats !== null && !disturbance.holdsResults?.(cursor)) settleAll(state)
}

function playGiveBack(state: Play, to: NonNullable<ScriptEntry['giveBack']>): void {
  const { world, cursor } = state
  if (!giveBack(world, to, cursor)) addProblem(state, 'giveBack.nodeId', NO_STATE)
  restartIfAsked(state)
  settleAll(state)
}

function playResult(state: Play, result: NonNullable<ScriptEntry['result']>): void {
  const { world } = state
  const effect = world.effects.find(
    ({ nodeId, status }) => nodeId === result.node && status === 'pending',
  )
  if (!effect) return addProblem(state, 'result.node', NOT_PENDING(result.node))
  const outcome = 'error' in result ? { error: result.error } : { output: result.output ?? {} }
  settleOne(state, effect.id, outcome)
  settleAll(state)
}

function settleOne(state: Play, effectId: string, outcome: EffectOutcome): void {
  const { world, cursor, disturbance } = state
  settle(world, effectId, { outcome, index: cursor < 0 ? null : cursor })
  if (disturbance.repeatsResult?.(cursor)) settle(world, effectId, { outcome, index: cursor })
  restartIfAsked(state)
}

/** Answers effects, and those that follow from the answers, until the script has a say in all that are left. */
function settleAll(state: Play): void {
  if (!state.script.options.autoResults) return
  while (!isFull(state)) {
    const waiting = state.world.effects.filter((effect) => isAutomatic(state, effect))
    const effect = waiting[state.disturbance.pick?.(waiting.length) ?? 0]
    if (!effect) return
    settleOne(state, effect.id, automaticOutcome(state.world, effect))
  }
}

function isAutomatic({ script, unplayed }: Play, { nodeId, status }: SimulationEffect): boolean {
  if (status !== 'pending') return false
  return !script.entries.slice(unplayed).some(({ result }) => result?.node === nodeId)
}

function restartIfAsked({ world, cursor, disturbance }: Play): void {
  if (disturbance.restarts?.(cursor)) restart(world)
}

function isTrigger(compiled: CompiledWorkflow, entry: ScriptEntry): boolean {
  const envelope = envelopeIn(entry, '', 0)
  return envelope !== null && compiled.isTriggeredBy(envelope)
}

export function envelopeIn(
  entry: ScriptEntry | undefined,
  at: string,
  index: number,
): Envelope | null {
  if (entry?.event) {
    const { type, payload = {}, source } = entry.event
    const channel = /^message\.received\.([a-z][a-z0-9_]*)$/.exec(type)?.[1]
    if (channel === undefined) return envelopeOf({ type, payload, source }, at)
    return envelopeOf(
      { type: 'message.received', payload: { channel, text: '', ...payload }, source },
      at,
    )
  }
  if (entry?.message === undefined) return null
  const told = typeof entry.message === 'string' ? { text: entry.message } : entry.message
  const { text, channel = 'whatsapp' } = told
  const payload = {
    channel,
    channelId: 'chn_simulation',
    messageId: `msg_simulation_${index}`,
    providerMessageId: `wamid.simulation_${index}`,
    kind: 'text',
    text,
    content: { type: 'text', text },
    sentAt: at,
  }
  return envelopeOf({ type: 'message.received', payload, source: channel }, at)
}

function isFull(state: Play): boolean {
  const { world, script } = state
  if (world.steps.length < script.options.maxSteps) return false
  if (!world.problems.some(({ code }) => code === 'STEPS_EXCEEDED')) {
    addProblem(state, null, TOO_MANY(script.options.maxSteps))
  }
  return true
}

type Trouble = Pick<SimulationProblem, 'code' | 'message'>

function addProblem({ world, cursor }: Play, field: string | null, trouble: Trouble): void {
  world.problems.push({ index: cursor < 0 ? null : cursor, field, ...trouble })
}

const INTERNAL = (type: string): Trouble => ({
  code: 'EVENT_INTERNAL',
  message: {
    'pt-BR': `"${type}" é da plataforma: use "result" para efeitos e "skip" para o tempo.`,
    en: `"${type}" belongs to the platform: use "result" for effects and "skip" for time.`,
  },
})
const PAST = (at: string): Trouble => ({
  code: 'TIME_PAST',
  message: {
    'pt-BR': `${at} depois do início já passou; o item acontece agora.`,
    en: `${at} after the start has passed already; the entry happens now.`,
  },
})
const NO_STATE: Trouble = {
  code: 'STATE_UNKNOWN',
  message: {
    'pt-BR': 'Não há como continuar neste estado; o fluxo continua de onde estava.',
    en: 'The run cannot go on in this state; it goes on from where it was.',
  },
}
const NOT_PENDING = (node: string): Trouble => ({
  code: 'RESULT_UNEXPECTED',
  message: {
    'pt-BR': `Nenhum efeito de "${node}" espera resultado aqui.`,
    en: `No effect of "${node}" waits for a result here.`,
  },
})
const TOO_MANY = (limit: number): Trouble => ({
  code: 'STEPS_EXCEEDED',
  message: {
    'pt-BR': `A simulação parou depois de ${limit} passos.`,
    en: `The simulation stopped after ${limit} steps.`,
  },
})
