// One contact's actor: the newest view from HTTP and socket, older journal pages kept beside it.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { ActorView, JournalItem } from '#machines/contracts/api.ts'
import { readActor } from './endpoints.ts'
import { mergeJournal } from './journal.ts'
import { keys } from './queries.ts'
import { useTopic } from './use-live.ts'

export function useActor(id: Ref<string>) {
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: computed(() => keys.actor(id.value)),
    queryFn: async ({ queryKey, signal }) => {
      const view = await readActor(id.value, { signal })
      const known = queries.getQueryData<ActorView>(queryKey)
      // The socket may have told of a later Step meanwhile.
      return known && known.seq > view.seq ? known : view
    },
    // Whoever comes back has often done something about it elsewhere.
    staleTime: 0,
  })
  const kept = ref<JournalItem[]>([])
  const cursor = ref<string | null>(null)
  const loadingOlder = ref(false)
  const reachedOlder = ref(false)

  watch(id, () => {
    kept.value = []
    cursor.value = null
    reachedOlder.value = false
  })
  watch(
    () => query.data.value,
    (view) => {
      if (!view) return
      kept.value = mergeJournal(kept.value, view.journal.items)
      if (!reachedOlder.value) cursor.value = view.journal.nextCursor
    },
    { immediate: true },
  )

  useTopic(
    computed(() => `contact:${id.value}`),
    (message) => {
      if (message.type !== 'contact.stepped') return
      queries.setQueryData<ActorView>(keys.actor(id.value), message.actor)
      void queries.invalidateQueries({ queryKey: keys.messages(id.value) })
    },
  )

  async function loadOlder(): Promise<void> {
    if (cursor.value === null || loadingOlder.value) return
    loadingOlder.value = true
    try {
      const { journal } = await readActor(id.value, { cursor: cursor.value })
      reachedOlder.value = true
      kept.value = mergeJournal(kept.value, journal.items)
      cursor.value = journal.nextCursor
    } finally {
      loadingOlder.value = false
    }
  }

  return {
    query,
    actor: computed(() => query.data.value ?? null),
    journal: computed(() => kept.value),
    hasOlder: computed(() => cursor.value !== null),
    loadingOlder,
    loadOlder,
  }
}
