// Who else has this workflow open and where they are; and says to them where this person is.

import { useIntervalFn, useThrottleFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { Editor, ServerMessage } from '#machines/contracts/live.ts'
import { liveKey, useLiveStatus, useTopic } from '../api/use-live.ts'
import { injectNeeded } from '../state/inject.ts'
import type { NeededKey } from '../state/inject.ts'
import { holderIn, othersOf } from './people.ts'

/** A save that was heard of. */
export type Saved = Pick<
  Extract<ServerMessage, { type: 'workflow.saved' }>,
  'workflowId' | 'revision' | 'by'
>

export interface People {
  /** Every other page on which somebody has it open; none while the line is away. */
  readonly others: ComputedRef<readonly Editor[]>
  peopleOn(nodeId: string): Editor[]
  /** In whose hands the form of a node is; null when nobody else has it. */
  holderOf(nodeId: string): Editor | null
  /** The last save, by anybody, also by this page. */
  readonly saved: Readonly<Ref<Saved | null>>
}
export const peopleKey: NeededKey<People> = Symbol('people')

/** The others forget whoever says nothing for 40 seconds. */
const REPEAT_MS = 15_000
/** Arrow keys move faster than anybody can look. */
const SPACING_MS = 250

interface Place {
  workflowId: Ref<string>
  /** The last one is where the person is. */
  selection: Readonly<Ref<readonly string[]>>
  /** Has the form of that node in hand. */
  typing: Readonly<Ref<boolean>>
}

export function usePeople(
  workflowId: Place['workflowId'],
  selection: Place['selection'],
  typing: Place['typing'],
): People {
  const status = useLiveStatus()
  const own = ref<string | null>(null)
  const people = shallowRef<readonly Editor[]>([])
  const saved = shallowRef<Saved | null>(null)
  const say = useSaying({ workflowId, selection, typing })

  useTopic(
    computed(() => `editors:${workflowId.value}`),
    (message) => {
      if (message.type === 'subscribed') {
        own.value = message.connectionId ?? null
        say()
      } else if (message.type === 'workflow.editors') people.value = message.people
      else if (message.type === 'workflow.saved') saved.value = message
    },
  )
  watch(workflowId, () => {
    people.value = []
    saved.value = null
  })

  /** Of people beyond a broken line nothing is known. */
  const known = computed(() => (status.value.status === 'open' ? people.value : []))
  const others = computed(() => othersOf(known.value, own.value))
  return {
    others,
    peopleOn: (nodeId) => others.value.filter((one) => one.nodeId === nodeId),
    holderOf: (nodeId) => holderIn(known.value, own.value, nodeId),
    saved,
  }
}

/** @returns says it once more, to those who have just come */
function useSaying({ workflowId, selection, typing }: Place): () => void {
  const live = injectNeeded(liveKey)
  const say = (): void => {
    const nodeId = selection.value.at(-1) ?? null
    const here = { workflowId: workflowId.value, nodeId, typing: typing.value }
    live.send({ type: 'say', message: { here } })
  }
  const saySoon = useThrottleFn(say, SPACING_MS, true)
  watch([() => selection.value.at(-1), typing], () => void saySoon())
  useIntervalFn(say, REPEAT_MS)
  return say
}
