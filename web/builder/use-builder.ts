// Whether the person who is signed in may set up sources and forms; the gateway decides anyway.

import { computed } from 'vue'
import { useSession } from '../state/session.ts'

const BUILDERS: ReadonlySet<string> = new Set(['owner', 'admin', 'builder'])

export function useBuilder() {
  const { session } = useSession()
  return computed(() => BUILDERS.has(session.value?.user.role ?? ''))
}
