// Whether the person who is signed in may mend deliveries; the gateway decides anyway.

import { computed } from 'vue'
import { useSession } from '../state/session.ts'

const MENDERS: ReadonlySet<string> = new Set(['owner', 'admin', 'support'])

export function useMender() {
  const { session } = useSession()
  return computed(() => MENDERS.has(session.value?.user.role ?? ''))
}
