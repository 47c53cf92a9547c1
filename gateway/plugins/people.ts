// Who a session stands for right now. Read again from the runtime at most every 30 seconds, so that a deleted
// user or a changed role takes effect within that time.

import { LRUCache } from 'lru-cache'
import type { Runtime, SignedIn } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { isRole } from '../policy.ts'
import type { Person } from './tokens.ts'

export const PEOPLE_CACHE_MS = 30_000
const PEOPLE_CACHE_SIZE = 10_000

export interface KnownPerson {
  actor: Actor
  signedIn: SignedIn
}

export interface People {
  /** Null when there is no such user any more, or none with a role that we know. */
  find(person: Person): Promise<KnownPerson | null>
  /** Forgets what is cached, e.g. on signing in. */
  forget(person: Person): void
}

export function createPeople(runtime: Pick<Runtime, 'sessions'>, now: () => number): People {
  const cache = new LRUCache<string, { person: KnownPerson | null }, Person>({
    max: PEOPLE_CACHE_SIZE,
    ttl: PEOPLE_CACHE_MS,
    ttlResolution: 0,
    perf: { now },
    fetchMethod: async (_key, _stale, { context }) => {
      const signedIn = await runtime.sessions.find(context.tenant, context.user)
      return { person: signedIn && toKnown(context, signedIn) }
    },
  })
  const keyOf = ({ tenant, user }: Person): string => `${tenant} ${user}`
  return {
    find: async (person) => {
      const entry = await cache.fetch(keyOf(person), { context: person })
      return entry?.person ?? null
    },
    forget: (person) => void cache.delete(keyOf(person)),
  }
}

/** Fails closed: whoever the runtime names must be the one that the token names. */
function toKnown(person: Person, signedIn: SignedIn): KnownPerson | null {
  const { user, tenant } = signedIn
  if (user.id !== person.user || tenant.id !== person.tenant || !isRole(user.role)) return null
  return { actor: { tenantId: tenant.id, userId: user.id, role: user.role }, signedIn }
}
