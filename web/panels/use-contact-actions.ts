// What a person can do to a contact's run: offered in the palette, with the consequence in words.

import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { RunView } from '#machines/contracts/api.ts'
import type { OperatorAction } from '#machines/contracts/event.ts'
import { timeoutTargetOf } from '../canvas/route.ts'
import { useTexts } from '../i18n/i18n.ts'
import { usePageActions } from '../state/ui.ts'
import { ACTION_ICONS, actionsOf } from './run-looks.ts'

export interface ContactActionsInput {
  run: Ref<RunView | null>
  chart: Ref<Chart>
  titleOf: (nodeId: string) => string
  /** The action whose dialog is open. */
  act: Ref<OperatorAction | null>
}

export function useContactActions({ run, chart, titleOf, act }: ContactActionsInput) {
  const { t } = useTexts()

  usePageActions(() =>
    actionsOf(run.value).map((action) => ({
      id: action,
      label: t(`actions.${action}.button`),
      icon: ACTION_ICONS[action],
      run: () => {
        act.value = action
      },
    })),
  )

  function consequence(action: OperatorAction): string {
    const { value } = run
    if (!value) return ''
    if (action === 'stop') return t('actions.stop.consequence', { workflow: value.workflowName })
    const target = timeoutTargetOf(chart.value, value.state)
    return target === null
      ? t('actions.skip_wait.consequenceSomewhere', { state: titleOf(value.state) })
      : t('actions.skip_wait.consequence', { state: titleOf(value.state), target: titleOf(target) })
  }
  return { consequence }
}
