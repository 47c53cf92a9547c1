// The run that is played: its plan with undo, what the worker made of it, and the step that is looked at.

import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { DisturbanceRequest } from '#machines/simulate/disturbances.ts'
import type { Checker } from '../checker/checking.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { injectNeeded, type NeededKey } from '../state/inject.ts'
import { useSession } from '../state/session.ts'
import { type Act, withAct, withoutEntry } from './acts.ts'
import { begin, type History, record, redo, undo } from './plan-history.ts'
import { emptyPlan, MAX_ENTRIES, optionsOf, type Plan, restarted, type StartEvent } from './plan.ts'
import { PROFILES } from './profiles.ts'
import { type Outcome, withResult } from './results.ts'
import { startFormOf, startOf } from './trigger-form.ts'

export interface Simulator {
  readonly plan: ComputedRef<Plan>
  /** What came of the plan; the last one that could be played while the draft is broken. Null before the first. */
  readonly simulation: Readonly<ShallowRef<Simulation | null>>
  readonly isPlaying: Readonly<Ref<boolean>>
  /** The draft has errors: what is shown is from before them. */
  readonly isBroken: Readonly<Ref<boolean>>
  /** The worker could not answer. */
  readonly failure: Readonly<Ref<unknown>>
  /** Index of the step that is looked at; null: the end. */
  readonly chosen: Ref<number | null>
  /** Chaos that the shown run is played with; null: none. */
  readonly disturbed: Readonly<Ref<DisturbanceRequest | null>>
  readonly canUndo: ComputedRef<boolean>
  readonly canRedo: ComputedRef<boolean>
  readonly isFull: ComputedRef<boolean>
  act(act: Act): void
  setResult(effectId: string, outcome: Outcome | null): void
  remove(index: number): void
  change(plan: Plan): void
  /** Another run altogether, with its own undo. */
  open(plan: Plan): void
  restart(): void
  undo(): void
  redo(): void
  disturb(request: DisturbanceRequest | null): void
  again(): void
}

export const simulatorKey: NeededKey<Simulator> = Symbol('simulator')
export const useSimulator = (): Simulator => injectNeeded(simulatorKey)

/** The event that starts a run when nobody has said anything else. */
export function firstStart({ trigger }: { trigger: object }): StartEvent {
  const [{ facts: person } = { facts: null }] = PROFILES
  if (!person) return {}
  return startOf(startFormOf(trigger as never), { values: {}, more: {}, person })
}

function firstPlan(draft: Draft, zone: string): Plan {
  const contact = PROFILES[0]?.facts ?? null
  return { ...emptyPlan(firstStart(draft.document.value), zone), contact }
}

/** Who closes the panel and opens it again finds the conversation as it was. */
const kept = new WeakMap<Draft, ShallowRef<History<Plan>>>()

function keep(draft: Draft, history: History<Plan>): ShallowRef<History<Plan>> {
  const held = shallowRef(history)
  kept.set(draft, held)
  return held
}

export function createSimulator(draft: Draft, checker: Checker): Simulator {
  const { zone } = useSession()
  const history = kept.get(draft) ?? keep(draft, begin(firstPlan(draft, zone.value)))
  const chosen = ref<number | null>(null)
  const disturbed = shallowRef<DisturbanceRequest | null>(null)
  const plan = computed(() => history.value.now)
  const player = createPlayer(checker)

  const play = (): void => {
    const options = {
      ...optionsOf(plan.value),
      ...(disturbed.value && { disturbed: disturbed.value }),
    }
    void player.play([...plan.value.entries], options)
  }
  watch([plan, draft.document, disturbed], play, { immediate: true })
  // After an edit there may be fewer steps than before.
  watch(player.simulation, (played) => {
    if ((chosen.value ?? -1) >= (played?.steps.length ?? 0)) chosen.value = null
  })

  /** What is done is done at the end, and is seen there. */
  function change(next: Plan): void {
    if (next === plan.value) return
    history.value = record(history.value, next)
    disturbed.value = null
    chosen.value = null
  }
  function travel(where: (from: History<Plan>) => History<Plan>): void {
    history.value = where(history.value)
    disturbed.value = null
    chosen.value = null
  }

  return {
    plan,
    simulation: player.simulation,
    isPlaying: player.isPlaying,
    isBroken: player.isBroken,
    failure: player.failure,
    chosen,
    disturbed,
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    isFull: computed(() => plan.value.entries.length >= MAX_ENTRIES),
    act: (act) => change(withAct(plan.value, act)),
    setResult: (effectId, outcome) => {
      const { value } = player.simulation
      if (value) change(withResult(plan.value, value, { effectId, outcome }))
    },
    remove: (index) => change(withoutEntry(plan.value, index)),
    change,
    open: (opened) => travel(() => begin(opened)),
    restart: () => change(restarted(plan.value)),
    undo: () => travel(undo),
    redo: () => travel(redo),
    disturb: (request) => {
      disturbed.value = request
      chosen.value = null
    },
    again: play,
  }
}

/** Asks the worker, one question at a time: of those that come meanwhile only the last is asked. */
function createPlayer(checker: Checker) {
  const simulation = shallowRef<Simulation | null>(null)
  const isPlaying = ref(false)
  const isBroken = ref(false)
  const failure = shallowRef<unknown>(null)
  let next: readonly [script: unknown, options: unknown] | null = null

  function take(answer: Simulation): void {
    const cannotBePlayed = answer.diagnostics.some(({ severity }) => severity === 'error')
    isBroken.value = cannotBePlayed
    if (!cannotBePlayed || simulation.value === null) simulation.value = answer
  }

  async function play(script: unknown, options: unknown): Promise<void> {
    next = [script, options]
    if (isPlaying.value) return
    isPlaying.value = true
    while (next) {
      const asked = next as readonly [script: unknown, options: unknown]
      next = null
      try {
        const answer = await checker.simulate(...asked)
        failure.value = null
        take(answer)
      } catch (error) {
        failure.value = error
      }
    }
    isPlaying.value = false
  }
  return { simulation, isPlaying, isBroken, failure, play }
}
