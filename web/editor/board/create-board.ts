// Puts the board together for one draft.

import { useToast } from '@nuxt/ui/composables'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import { endsOf } from '../../canvas/ends.ts'
import type { Outlet } from '../../canvas/editing.ts'
import { END_ID, FAILED_ID, TRIGGER_ID } from '../../canvas/route.ts'
import { stateTitle } from '../../canvas/words.ts'
import { useBoardTexts } from '../../i18n/board-texts.ts'
import { useTexts } from '../../i18n/i18n.ts'
import type { Draft } from '../draft/draft.ts'
import type { Asking, Board } from './board.ts'
import { createActs } from './create-acts.ts'
import { draftChart } from './draft-chart.ts'
import { waysOut, wayWords } from './outlets.ts'
import type { WayOut } from './outlets.ts'

const ENTRY: WayOut[] = [{ name: 'next', label: null, target: undefined, isOpen: false }]

export function createBoard(draft: Draft): Board {
  const { t, named, locale } = useTexts()
  const own = useBoardTexts()
  const words = computed(() => ({ t, named, locale: locale.value }))
  const { said, say, refuse } = useSaying()
  const asking = shallowRef<Asking | null>(null)

  const chart = computed<Chart>((before) => draftChart(draft.document.value, before))
  /** The same as before where no end came or went: what is chosen follows from it, and every state and way from that. */
  const ends = computed((before?: Set<string>) => {
    const now = endsOf(draft.document.value)
    return before?.size === now.size && before.isSubsetOf(now) ? before : now
  })
  const bodies = computed(() => new Map(draft.document.value.nodes.map((node) => [node.id, node])))
  const drawnOf = (nodeId: string) => (ends.value.has(nodeId) ? END_ID : nodeId)
  const nodeOf = (id: string) => (id === END_ID ? ([...ends.value][0] ?? END_ID) : id)
  /** The end and the failure can be stood on, though the document has no state for them. */
  const stoodOn = ref<string | null>(null)
  const chosen = computed(() =>
    stoodOn.value === null ? [...new Set(draft.selection.value.map(drawnOf))] : [stoodOn.value],
  )
  watch(draft.selection, () => (stoodOn.value = null), { flush: 'sync' })

  function titleOf(nodeId: string): string {
    return stateTitle(nodeId, { nodes: chart.value.nodes, ends: ends.value }, words.value)
  }

  function outletsOf(nodeId: string): Outlet[] {
    const body = bodies.value.get(nodeId)
    const ways = nodeId === TRIGGER_ID ? ENTRY : body ? waysOut(body) : []
    return ways.map((way) => {
      const edge = chart.value.edges.find(({ from, port }) => from === nodeId && port === way.name)
      return {
        port: way.name,
        label: wayWords(way, words.value, own),
        leadsTo: !way.isOpen && edge ? titleOf(edge.to) : null,
      }
    })
  }

  const state: Omit<Board, keyof ReturnType<typeof createActs>> = {
    chart,
    boxes: shallowRef(new Map()),
    asking,
    said,
    isReadonly: computed(() => draft.saveState.value === 'readonly'),
    titleOf,
    outletsOf,
    drawnOf,
    nodeOf,
    say,
    refuse,
    ask: (what) => {
      asking.value = what
    },
    chosen,
    choose: (ids, how) => {
      const wanted = chosenAfter(chosen.value, ids, how).map(nodeOf)
      draft.select(wanted)
      const [only] = wanted
      const isBare = only === END_ID || only === FAILED_ID
      stoodOn.value = wanted.length === 1 && isBare ? only : null
    },
  }
  return { ...state, ...createActs(draft, state, own) }
}

/** What a screen reader is told, and what everybody sees. */
function useSaying() {
  const toast = useToast()
  const said = ref('')
  /** Said again when it is the same as before. */
  function say(what: string): void {
    said.value = said.value === what ? `${what}\u00a0` : what
  }
  function refuse(why: string): void {
    say(why)
    toast.add({ title: why, icon: 'i-lucide-info', color: 'neutral' })
  }
  return { said, say, refuse }
}

function chosenAfter(
  before: readonly string[],
  ids: readonly string[],
  how: 'only' | 'toggle' | 'more',
): readonly string[] {
  if (how === 'only') return ids
  const added = ids.filter((id) => !before.includes(id))
  if (how === 'more') return [...before.filter((id) => !ids.includes(id)), ...ids]
  return [...before.filter((id) => !ids.includes(id)), ...added]
}
