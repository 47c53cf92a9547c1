// A filter that lives in the address: a link shows the same list, Back leaves it.

import { computed } from 'vue'
import type { WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function useRouteQuery(name: string): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const value = route.query[name]
      return typeof value === 'string' ? value : ''
    },
    set: (value) => {
      const { [name]: _, ...others } = route.query
      void router.replace({ query: value === '' ? others : { ...others, [name]: value } })
    },
  })
}
