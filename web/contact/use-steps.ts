// A journal of any length: every Step has its row, and what is looked at is read by pages.

import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { ActorView, JournalItem } from '#machines/contracts/api.ts'
import { readSteps } from '../api/debugger.ts'
import { endOf, PAGE, pagesFor, rowsOf } from './step-pages.ts'

export function useSteps(id: Ref<string>, actor: Ref<ActorView | null>) {
  const items = shallowRef(new Map<number, JournalItem>())
  const failed = ref<unknown>(null)
  const total = computed(() => actor.value?.seq ?? 0)
  /** Steps of contacts that became this one; by themselves, so that a page that comes makes no new list of rows. */
  const others = shallowRef<readonly number[]>([])
  const keep = (fresh: readonly JournalItem[]): void => {
    const added = fresh.flatMap(({ seq }) => (seq < 1 && !items.value.has(seq) ? [seq] : []))
    for (const item of fresh) items.value.set(item.seq, item)
    if (added.length > 0) others.value = [...others.value, ...added]
    triggerRef(items)
  }
  const shelf: Shelf = { id, items, failed, total, keep }
  const pages = usePages(shelf)
  const older = useOlder(shelf)

  watch(id, () => {
    items.value = new Map()
    others.value = []
    failed.value = null
    pages.forget()
    older.hasOlder.value = true
  })
  watch(
    () => actor.value?.journal.items,
    (fresh) => fresh && keep(fresh),
    { immediate: true },
  )
  return {
    total,
    items,
    failed,
    ...older,
    need: pages.need,
    rows: computed(() => rowsOf(total.value, others.value)),
    /** What is known, newest first; around what is looked at it has no gaps. */
    journal: computed(() =>
      [...items.value.values()].toSorted((left, right) => right.seq - left.seq),
    ),
  }
}

interface Shelf {
  id: Ref<string>
  items: Ref<Map<number, JournalItem>>
  failed: Ref<unknown>
  total: Ref<number>
  keep: (fresh: readonly JournalItem[]) => void
}

/** Reads the pages that something is missing of. */
function usePages({ id, items, failed, total, keep }: Shelf) {
  const queries = useQueryClient()
  const read = new Set<number>()

  /** The newest Steps come with the contact itself. */
  function isThere(page: number): boolean {
    const last = Math.min(endOf(page) - 1, total.value)
    for (let seq = last; seq > page * PAGE; seq -= 1) if (!items.value.has(seq)) return false
    return true
  }
  async function load(page: number): Promise<void> {
    if (read.has(page) || isThere(page)) return
    read.add(page)
    const contact = id.value
    try {
      const steps = await queries.fetchQuery({
        queryKey: ['contact', contact, 'debugger', 'steps', page],
        queryFn: ({ signal }) => readSteps(contact, { before: endOf(page), limit: PAGE }, signal),
        staleTime: 60_000,
      })
      if (contact !== id.value) return
      failed.value = null
      keep(steps.items)
    } catch (error) {
      read.delete(page)
      failed.value = error
    }
  }
  return {
    forget: () => read.clear(),
    /** Reads what is missing between two Steps. */
    need: (from: number, to: number): void => {
      for (const page of pagesFor(from, Math.min(to, total.value))) void load(page)
    },
  }
}

/** Steps of contacts that became this one, below its own. */
function useOlder({ id, items, failed, keep }: Shelf) {
  const hasOlder = ref(true)
  const loadingOlder = ref(false)
  async function loadOlder(): Promise<void> {
    if (loadingOlder.value || !hasOlder.value) return
    loadingOlder.value = true
    try {
      const oldest = Math.min(1, ...[...items.value.keys()].filter((seq) => seq < 1))
      const steps = await readSteps(id.value, { before: oldest, limit: PAGE })
      hasOlder.value = steps.more
      keep(steps.items)
    } catch (error) {
      failed.value = error
    } finally {
      loadingOlder.value = false
    }
  }
  return { hasOlder, loadOlder }
}

export type StepBook = ReturnType<typeof useSteps>
