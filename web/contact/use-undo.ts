// The way back of what a person just did to a contact: offered once its Step is there and nothing was asked of the world.

import { useToast } from '@nuxt/ui/composables'
import { useQueryClient } from '@tanstack/vue-query'
import { nextTick } from 'vue'
import type { ActorView, JournalItem } from '#machines/contracts/api.ts'
import { actOnActor } from '../api/endpoints.ts'
import { isApiError } from '../api/errors.ts'
import { keys } from '../api/queries.ts'
import { useTexts } from '../i18n/i18n.ts'
import { explainError } from '../ui/explain-error.ts'
import type { ContactAction } from './run-looks.ts'

/** They change a run where it stands. */
const UNDOABLE: ReadonlySet<ContactAction> = new Set(['move', 'skip_wait', 'set_variable'])
/** How long it is offered, and how long its Step is waited for. */
const UNDO_MS = 12_000

export function useUndo(contactId: string) {
  const { t } = useTexts()
  const toast = useToast()
  const queries = useQueryClient()

  async function undo(eventId: string): Promise<void> {
    try {
      await actOnActor(contactId, { action: 'undo', eventId, reason: t('actions.undo.reason') })
      toast.add({ title: t('actions.undo.accepted'), icon: 'i-lucide-undo-2' })
    } catch (error) {
      const isLate = isApiError(error) && error.failure.code === 'ACTION_NOT_POSSIBLE'
      const { why, advice } = explainError(error, t)
      const said = isLate
        ? { title: t('actions.undo.tooLate') }
        : { title: why, description: advice }
      toast.add({ ...said, color: 'warning', icon: 'i-lucide-triangle-alert' })
    }
  }
  const back = (eventId: string) => ({
    label: t('actions.undo.button'),
    icon: 'i-lucide-undo-2',
    color: 'neutral' as const,
    variant: 'outline' as const,
    onClick: () => void undo(eventId),
  })

  /** Says that it was accepted; what can be taken back then says so too. */
  function accepted(action: ContactAction, eventId: string): void {
    const title = t(`actions.${action}.accepted`)
    const icon = 'i-lucide-check'
    if (!UNDOABLE.has(action)) return void toast.add({ title, icon })
    const { id } = toast.add({ title, icon, duration: UNDO_MS })
    const offer = (): void => {
      const step = stepOf(queries.getQueryData<ActorView>(keys.actor(contactId)), eventId)
      if (!step) return
      stop()
      if (canGoBack(step)) toast.update(id, { duration: UNDO_MS, actions: [back(eventId)] })
    }
    const stop = queries.getQueryCache().subscribe(offer)
    setTimeout(stop, UNDO_MS)
    void nextTick(offer)
  }
  return accepted
}

const stepOf = (view: ActorView | undefined, eventId: string): JournalItem | undefined =>
  view?.journal.items.find((item) => item.eventId === eventId)

/** What has left cannot be called back; the server knows whether something has followed since. */
function canGoBack({ effects, refused, moves, note }: JournalItem): boolean {
  return effects.length === 0 && refused === undefined && moves.length === 1 && note === null
}
