// One run seen at one moment: its chart, the way it walked, what is lit, and the sentence that explains it.

import { computed } from 'vue'
import type { Ref } from 'vue'
import type { ActorView, JournalItem, RunView } from '#machines/contracts/api.ts'
import type { StepView } from '#machines/contracts/debugger.ts'
import { walkIn } from '../api/journal.ts'
import { drawnWalk } from '../canvas/ends.ts'
import { type ChartMarks, runMarks } from '../canvas/marks.ts'
import { withSame } from '../canvas/same-marks.ts'
import { END_ID, FAILED_ID, timeoutTargetOf } from '../canvas/route.ts'
import { useTexts } from '../i18n/i18n.ts'
import { sentenceOf } from '../ui/sentence.ts'
import { useAwaitedName, useEventName } from '../ui/use-event-name.ts'
import { useFailureWords } from '../ui/use-failure-words.ts'
import { useNow } from '../ui/use-now.ts'
import { useRunVersion } from './use-run-version.ts'

export interface RunStoryInput {
  actor: Ref<ActorView | null>
  journal: Ref<JournalItem[]>
  /** Run asked for in the address; empty means the one that matters most. */
  runId: Ref<string>
  /** The chosen Step. */
  seq: Ref<number | null>
  /** What is known of the state at the chosen Step. */
  moment: Ref<StepView | null>
}

export function useRunStory({ actor, journal, runId, seq, moment }: RunStoryInput) {
  const { t, format } = useTexts()
  const eventName = useEventName()
  const awaitedName = useAwaitedName()
  const failureWords = useFailureWords()
  const now = useNow()

  const run = computed(() => {
    const runs = actor.value?.runs ?? []
    const asked = runs.find(({ id }) => id === runId.value)
    return asked ?? runs.find(({ status }) => status === 'active') ?? runs[0] ?? null
  })
  /** The run as it was at the chosen Step; a version of then is drawn as it was. */
  const then = computed(() => {
    if (seq.value === null || moment.value?.step.seq !== seq.value) return null
    return moment.value.after?.runs.find(({ id }) => id === run.value?.id) ?? null
  })
  const { version, sameVersion, chart, ends, titleOf } = useRunVersion(
    computed(() => then.value ?? run.value),
  )

  const walk = computed(() => walkIn(journal.value, run.value?.id ?? ''))
  const marks = computed((before?: ChartMarks) => withSame(before ?? null, marksNow()))
  function marksNow(): ChartMarks {
    const { value } = run
    if (!value) return { nodes: new Map(), edges: new Map() }
    const path = walk.value(seq.value ?? undefined)
    const walked = drawnWalk(path, ends.value)
    const past = seq.value !== null
    const seen = past ? then.value : value
    // Until the state of then is there, the journal says where the run went.
    const at = seen ? placesOf(seen) : [walked.at ?? '']
    return runMarks(chart.value, { walked, at, status: seen?.status ?? 'active' })
  }
  const sentence = computed(() =>
    actor.value === null
      ? null
      : sentenceOf({
          actor: actor.value,
          run: run.value,
          now: now.value,
          titleOf,
          timeoutTarget: (nodeId) => timeoutTargetOf(chart.value, nodeId),
          failureWords,
          eventName,
          awaitedName,
          t,
          format: format.value,
        }),
  )
  return {
    run,
    chart,
    version,
    sameVersion,
    marks,
    sentence,
    titleOf,
    lit: computed(() => litOf(marks.value)),
  }
}

/** Where a run is now, or where it ended. */
function placesOf(run: RunView): string[] {
  if (run.status === 'active') return run.states
  if (run.status === 'done') return [END_ID]
  return [run.status === 'failed' && run.state === '' ? FAILED_ID : run.state]
}

function litOf({ nodes }: { nodes: Map<string, { lit?: boolean }> }): string | null {
  for (const [id, mark] of nodes) if (mark.lit) return id
  return null
}
