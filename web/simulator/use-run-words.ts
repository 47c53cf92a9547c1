// A simulated run in people's words: what a state, an act and an effect are called, and how the run stands.

import { computed } from 'vue'
import type { Ref } from 'vue'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import type { Checker } from '../checker/checking.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { endsOf } from '../canvas/ends.ts'
import { END_ID, FAILED_ID } from '../canvas/route.ts'
import { stateTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useSimulatorTexts } from '../i18n/simulator-texts.ts'
import { injectNeeded, type NeededKey } from '../state/inject.ts'
import type { Format } from '../ui/format.ts'
import { humanizeDurations } from '../ui/iso-duration.ts'
import type { Tone } from '../ui/sentence.ts'
import { useEventName } from '../ui/use-event-name.ts'
import { useFailureWords } from '../ui/use-failure-words.ts'
import { actWordsOf } from './timeline.ts'

const TONES: Record<Simulation['final']['status'], Tone> = {
  idle: 'neutral',
  active: 'waiting',
  done: 'running',
  failed: 'failed',
  stopped: 'neutral',
}

export type RunWords = ReturnType<typeof createRunWords>
export const runWordsKey: NeededKey<RunWords> = Symbol('run words')
export const useRunWords = (): RunWords => injectNeeded(runWordsKey)

/** @param format of the simulated contact's zone */
export function createRunWords(draft: Draft, checker: Checker, format: Readonly<Ref<Format>>) {
  const { t: common, named, locale } = useTexts()
  const t = useSimulatorTexts()
  const eventName = useEventName()
  const failureWords = useFailureWords()
  const ends = computed(() => endsOf(draft.document.value))

  function titleOf(nodeId: string): string {
    const { nodes } = checker.checked.value.chart
    if (nodeId === FAILED_ID) return common('canvas.failed')
    if (nodeId === END_ID) return common('canvas.end')
    const words = { t: common, named, locale: locale.value }
    return stateTitle(nodeId, { nodes, ends: ends.value }, words)
  }

  const span = (duration: string): string => humanizeDurations(duration, locale.value)

  function actTitle(entry: ScriptEntry | null): string {
    const { name, detail } = actWordsOf(entry)
    switch (name) {
      case 'event':
        return t('sim.acts.event', { detail: eventName(detail) })
      case 'skip':
      case 'until':
        return t(`sim.acts.${name}`, { detail: span(detail) })
      case 'fails':
      case 'succeeds':
      case 'backTo':
        return t(`sim.acts.${name}`, { detail: titleOf(detail) })
      default:
        return t(`sim.acts.${name}`, { detail })
    }
  }

  /** Where the run is after a step, as one sentence. */
  function standing(simulation: Simulation, upTo: number | null): { tone: Tone; text: string } {
    const { final, steps, timers, trace } = simulation
    const isEnd = upTo === null || upTo === steps.length - 1
    if (!isEnd) {
      const states = trace?.steps[upTo]?.states ?? []
      return { tone: 'neutral', text: t('sim.standing.passing', { states: listOf(states) }) }
    }
    const { status, error } = final
    const [timer] = timers
    const states = listOf(final.states)
    if (status === 'active' && timer) {
      const span = format.value.span(
        Date.parse(timer.dueAt) - Date.parse(trace?.now ?? timer.dueAt),
      )
      return { tone: 'waiting', text: t('sim.standing.waitsUntil', { states, span }) }
    }
    const why = error ? failureWords(error) : ''
    const state = error ? listOf([error.nodeId]) : states
    return { tone: TONES[status], text: t(`sim.standing.${status}`, { states: state, why }) }
  }

  function listOf(states: readonly string[]): string {
    const list = new Intl.ListFormat(locale.value, { type: 'conjunction' })
    return list.format(states.map((state) => `“${titleOf(state)}”`))
  }

  return { titleOf, actTitle, standing, span, failureWords, eventName }
}
