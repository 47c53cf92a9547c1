// What is open on the screen and belongs to no page: the command palette and the actions it offers here.

import { createStore } from '@xstate/store'
import { useSelector } from '@xstate/store-vue'
import { onScopeDispose, watchEffect } from 'vue'
import { injectNeeded } from './inject.ts'
import type { NeededKey } from './inject.ts'

/** Something that the page on the screen can do, as the palette lists it. */
export interface PageAction {
  id: string
  label: string
  icon: string
  run: () => void
}

export function createUiStore() {
  return createStore({
    context: { paletteOpen: false, actions: [] as PageAction[] },
    on: {
      paletteToggled: (context, event: { open?: boolean }) => ({
        ...context,
        paletteOpen: event.open ?? !context.paletteOpen,
      }),
      actionsOffered: (context, event: { actions: PageAction[] }) => ({
        ...context,
        actions: event.actions,
      }),
    },
  })
}
export type UiStore = ReturnType<typeof createUiStore>
export const uiKey: NeededKey<UiStore> = Symbol('ui')

export function usePalette() {
  const store = injectNeeded(uiKey)
  return {
    open: useSelector(store, (snapshot) => snapshot.context.paletteOpen),
    actions: useSelector(store, (snapshot) => snapshot.context.actions),
    toggle: (open?: boolean) =>
      store.send(
        open === undefined ? { type: 'paletteToggled' } : { type: 'paletteToggled', open },
      ),
  }
}

/** Offers the page's actions in the palette for as long as the page is on the screen. */
export function usePageActions(actions: () => PageAction[]): void {
  const store = injectNeeded(uiKey)
  watchEffect(() => store.send({ type: 'actionsOffered', actions: actions() }))
  onScopeDispose(() => store.send({ type: 'actionsOffered', actions: [] }))
}
