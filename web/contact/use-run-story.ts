// One run seen at one moment: its chart, the way it walked, what is lit, and the sentence that explains it.

import { computed } from 'vue'
import type { Ref } from 'vue'
import type { ActorView, JournalItem, RunView } from '#machines/contracts/api.ts'
import { walkedPath } from '../api/journal.ts'
import { drawnWalk } from '../canvas/ends.ts'
import { runMarks } from '../canvas/marks.ts'
import { END_ID, FAILED_ID, timeoutTargetOf } from '../canvas/route.ts'
import { useTexts } from '../i18n/i18n.ts'
import { sentenceOf } from '../ui/sentence.ts'
import { useEventName } from '../ui/use-event-name.ts'
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
}

export function useRunStory({ actor, journal, runId, seq }: RunStoryInput) {
  const { t, format } = useTexts()
  const eventName = useEventName()
  const failureWords = useFailureWords()
  const now = useNow()

  const run = computed(() => {
    const runs = actor.value?.runs ?? []
    const asked = runs.find(({ id }) => id === runId.value)
    return asked ?? runs.find(({ status }) => status === 'active') ?? runs[0] ?? null
  })
  const { version, sameVersion, chart, ends, titleOf } = useRunVersion(run)

  const marks = computed(() => {
    const { value } = run
    if (!value) return { nodes: new Map(), edges: new Map() }
    const path = walkedPath(journal.value, value.id, seq.value ?? undefined)
    const walked = drawnWalk(path, ends.value)
    const past = seq.value !== null
    const at = past ? [walked.at ?? ''] : placesOf(value)
    return runMarks(chart.value, { walked, at, status: past ? 'active' : value.status })
  })
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
          eventName: (type) => eventName(type, { exact: true }),
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
