// Who is signed in, in which tenant.

import { createStore } from '@xstate/store'
import { useSelector } from '@xstate/store-vue'
import { computed } from 'vue'
import type { Session } from '#machines/contracts/api.ts'
import { isApiError } from '../api/errors.ts'
import { readSession } from '../api/endpoints.ts'
import { injectNeeded } from './inject.ts'
import type { NeededKey } from './inject.ts'

interface SessionContext {
  /** Undefined until the gateway was asked. */
  session: Session | null | undefined
}

export function createSessionStore() {
  return createStore({
    context: { session: undefined } as SessionContext,
    on: {
      signedIn: (_, event: { session: Session }) => ({ session: event.session }),
      signedOut: () => ({ session: null }),
    },
  })
}
export type SessionStore = ReturnType<typeof createSessionStore>
export const sessionKey: NeededKey<SessionStore> = Symbol('session')

/** The gateway leaves a cookie beside the session's own, which no script can read. */
const mayBeSignedIn = (): boolean => /(?:^|; )fluxo_signed_in=1(?:;|$)/.test(document.cookie)

/** Asks the gateway once, when there may be a session; a page reload keeps it because the cookie does. */
export async function settleSession(store: SessionStore): Promise<Session | null> {
  const known = store.getSnapshot().context.session
  if (known !== undefined) return known
  if (!mayBeSignedIn()) {
    store.send({ type: 'signedOut' })
    return null
  }
  try {
    const session = await readSession()
    store.send({ type: 'signedIn', session })
    return session
  } catch (error) {
    if (!isApiError(error, 401)) throw error
    store.send({ type: 'signedOut' })
    return null
  }
}

/** Session, person and tenant for components. */
export function useSession() {
  const store = injectNeeded(sessionKey)
  const session = useSelector(store, (snapshot) => snapshot.context.session)
  return {
    store,
    session,
    zone: computed(() => session.value?.tenant.zone ?? 'America/Sao_Paulo'),
  }
}
