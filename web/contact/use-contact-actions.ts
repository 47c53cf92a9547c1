// What a person can do about a contact: offered in the palette, with the consequence in words.

import { computed } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { ActorView, RunView } from '#machines/contracts/api.ts'
import { timeoutTargetOf } from '../canvas/route.ts'
import { useTexts } from '../i18n/i18n.ts'
import { usePageActions } from '../state/ui.ts'
import { ACTION_ICONS, actionsOf, type ContactAction } from './run-looks.ts'

export interface ContactActionsInput {
  actor: Ref<ActorView | null>
  run: Ref<RunView | null>
  chart: Ref<Chart>
  titleOf: (nodeId: string) => string
  /** The action whose dialog is open. */
  act: Ref<ContactAction | null>
}

export function useContactActions({ actor, run, chart, titleOf, act }: ContactActionsInput) {
  const { t } = useTexts()
  const name = computed(() => actor.value?.contact.name ?? t('sentence.nobodyThen'))
  const actions = computed(() => (actor.value ? actionsOf(actor.value.handover, run.value) : []))

  usePageActions(() =>
    actions.value.map((action) => ({
      id: action,
      label: t(`actions.${action}.button`),
      icon: ACTION_ICONS[action],
      run: () => {
        act.value = action
      },
    })),
  )

  /** Those that are not told here say themselves what will happen. */
  function consequence(action: ContactAction): string {
    const { value } = run
    const state = titleOf(value?.state ?? '')
    switch (action) {
      case 'take':
      case 'give_back':
        return t(`actions.${action}.consequence`, { name: name.value })
      case 'move':
        return t('actions.move.consequence', { name: name.value, state })
      case 'stop':
        return t('actions.stop.consequence', { workflow: value?.workflowName ?? '' })
      case 'skip_wait':
        return skipped(state, value?.state ?? '')
      default:
        return ''
    }
  }
  function skipped(state: string, nodeId: string): string {
    const target = timeoutTargetOf(chart.value, nodeId)
    return target === null
      ? t('actions.skip_wait.consequenceSomewhere', { state })
      : t('actions.skip_wait.consequence', { state, target: titleOf(target) })
  }
  return { actions, consequence }
}
