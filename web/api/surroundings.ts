// What the tenant has around its workflows, for checks in the browser.

import { useQuery } from '@tanstack/vue-query'
import { computed, toRaw } from 'vue'
import type { ComputedRef } from 'vue'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import { SurroundingsReplySchema } from '#machines/contracts/surroundings.ts'
import { call } from './client.ts'

const KEY = ['surroundings'] as const
/** A template that was approved meanwhile is known a minute later, or when the window is looked at again. */
const FRESH_MS = 60_000

async function readSurroundings(signal: AbortSignal): Promise<Surroundings> {
  const path = ['GET', '/api/workflows/surroundings'] as const
  const { channels, ...known } = await call(path, SurroundingsReplySchema, { signal })
  return { ...known, channels: new Set(channels) }
}

/** Undefined until it is known. */
export function useSurroundings(): ComputedRef<Surroundings | undefined> {
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => readSurroundings(signal),
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
  })
  return computed(() => toRaw(data.value))
}
