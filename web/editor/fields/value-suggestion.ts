// A known value as a line of the list under a field.

import type { Completion } from '../../checker/checking.ts'
import type { useFieldTexts } from '../../i18n/fields-texts.ts'
import type { Suggestion } from './SuggestionList.vue'

const ICONS: Record<Completion['kind'], string> = {
  contact: 'i-lucide-user-round',
  vars: 'i-lucide-variable',
  event: 'i-lucide-zap',
  result: 'i-lucide-corner-down-right',
  item: 'i-lucide-repeat',
  workflow: 'i-lucide-clock',
}

const TYPES = ['string', 'number', 'boolean', 'array', 'object'] as const

export function suggestionOf(
  { path, kind, type, maybeEmpty }: Completion,
  t: ReturnType<typeof useFieldTexts>,
): Suggestion {
  const known = TYPES.find((name) => name === type)
  return {
    key: path,
    label: path,
    icon: ICONS[kind],
    detail: known ? t(`nodeForm.types.${known}`) : null,
    mark: maybeEmpty ? t('nodeForm.maybeEmpty') : null,
    isCode: true,
  }
}
