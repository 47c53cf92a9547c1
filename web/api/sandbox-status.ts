// Whether the sandbox is there to be worked with: asked once.

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { SandboxStatusSchema } from '#machines/contracts/sandbox.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

export function useSandboxStatus() {
  return useQuery({
    queryKey: ['sandbox', 'status'],
    queryFn: ({ signal }) => call(['GET', at('sandbox')], SandboxStatusSchema, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useSandboxIsOn() {
  const { data } = useSandboxStatus()
  return computed(() => data.value?.isOn ?? false)
}
