// What the fields of a content are called: known ones by their words, a tenant's own by their name.

import { useTexts } from '../i18n/i18n.ts'
import type { FieldPath } from './content-fields.ts'

export function useFieldName() {
  const { named } = useTexts()
  return (path: FieldPath): string =>
    path
      .map((part) =>
        typeof part === 'number' ? String(part + 1) : named(`edit.names.${part}`, part),
      )
      .join(' · ')
}
