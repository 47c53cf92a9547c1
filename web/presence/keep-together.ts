// Keeps a draft together with what others save meanwhile: takes over what is new while nothing of mine is unsaved, joins
// what does not clash, and leaves to the person only what two people changed in two ways.

import { computed, nextTick, ref, watch } from 'vue'
import type { Draft } from '../editor/draft/draft.ts'
import { mergeDrafts } from './merge-drafts.ts'
import type { People } from './use-people.ts'

interface TogetherDeps {
  /** Brings what is on the server now; the draft takes it over while nothing is unsaved. */
  reload: () => Promise<unknown>
  tell: Tell
}

/** For as long as the calling scope lives. */
export function keepTogether(
  draft: Draft,
  people: Pick<People, 'saved'>,
  { reload, tell }: TogetherDeps,
) {
  takeNews({ draft, people, reload, tell })
  joinQuietly(draft, tell)
  const isPutOff = ref(false)
  watch(draft.conflict, () => (isPutOff.value = false))
  return {
    /** What both versions of a conflict began with; null when nobody knows. */
    base: computed(() => draft.conflict.value?.base ?? null),
    /** A conflict needs the person, who has not put it off. */
    isAsking: computed(() => draft.conflict.value !== null && !isPutOff.value),
    later: () => (isPutOff.value = true),
    ask: () => (isPutOff.value = false),
  }
}

/** What the person is told, and of whom; the name is empty where nobody knows it. */
export type Tell = (key: 'saved' | 'joined' | 'reloadFailed', by: string) => void

interface News {
  draft: Draft
  people: Pick<People, 'saved'>
  reload: TogetherDeps['reload']
  tell: Tell
}

const isAtRest = ({ saveState: { value } }: Draft): boolean =>
  value === 'saved' || value === 'readonly'

/** While nothing is unsaved here, what somebody else saved is shown at once. */
function takeNews({ draft, people, reload, tell }: News): void {
  const news = computed(() => {
    const saved = people.saved.value
    if (saved?.workflowId !== draft.workflowId || !isAtRest(draft)) return null
    return saved.revision > draft.revision.value ? saved : null
  })
  watch(
    () => news.value?.revision,
    async () => {
      const saved = news.value
      if (!saved) return
      await reload().catch(() => undefined)
      await nextTick()
      const hasCome = draft.revision.value >= saved.revision
      // A save over it would be refused with both versions, so nothing can be lost.
      if (!hasCome) {
        if (isAtRest(draft)) tell('reloadFailed', saved.by.name)
        return
      }
      tell('saved', saved.by.name)
    },
  )
}

/** Two people who work on different parts are not asked which of them is right. */
function joinQuietly(draft: Draft, tell: Tell): void {
  watch(draft.conflict, (conflict) => {
    if (!conflict?.base) return
    const { document } = mergeDrafts(conflict.base, draft.document.value, conflict.theirs)
    if (!document) return
    draft.resolve('theirs', document)
    tell('joined', conflict.savedBy ?? '')
  })
}
