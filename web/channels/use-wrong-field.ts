// Which field of a form the server did not accept: `config.host`, `secrets.token` or `address`.

import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { isApiError } from '../api/errors.ts'

export interface WrongField {
  /** `config`, `secrets` or empty. */
  area: string
  name: string
  message: string
}

export function useWrongField(error: Ref<unknown>): ComputedRef<WrongField | null> {
  return computed(() => {
    if (!isApiError(error.value)) return null
    const { field, message } = error.value.failure
    if (field === null) return null
    const [first = '', ...rest] = field.split('.')
    const [area, name] = rest.length === 0 ? ['', first] : [first, rest[0] ?? '']
    return { area, name, message: (message ?? '').replace(`${field}: `, '') }
  })
}
