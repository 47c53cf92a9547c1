// What an executor has in hand: effects that wait here for their claim, tenant by tenant, and those that are being
// claimed or attempted. No tenant has more than half of the places for attempts.

import { createFairQueue } from './fair-queue.ts'
import type { EffectJob } from '../queue.ts'

export interface Candidate {
  job: EffectJob
  /** It was asked for before and was not to be had. */
  isRepeated: boolean
  /** It was not to be had, and nobody said until when: perhaps another statement held its row just then. */
  isMissed?: true
  /** Somebody waits for the end of the attempt. */
  done: PromiseWithResolvers<void> | null
}

export interface Room {
  find(effectId: string): Candidate | undefined
  /** True while one more of the tenant may wait here. */
  isFreeFor(tenantId: string): boolean
  wait(candidate: Candidate): void
  /** Takes those that may be claimed now, the tenants in turn. */
  take(limit: number): Candidate[]
  /** Takes all of them past the waiting, or none. */
  takeAtOnce(candidates: readonly Candidate[]): boolean
  leave(candidate: Candidate): void
  /** Sends away all that wait. */
  clear(): void
}

const MAX_WAITING = 5_000
/** More of one tenant would only stand here; other processes may have room. */
const MAX_WAITING_OF_TENANT = 500

/** @param places attempts at the same time */
export function createRoom(places: number): Room {
  const ofTenant = Math.max(1, Math.ceil(places / 2))
  const queue = createFairQueue<Candidate>()
  const known = new Map<string, Candidate>()
  const taken = new Map<string, number>()
  let used = 0
  const leftOf = (tenantId: string): number => ofTenant - (taken.get(tenantId) ?? 0)

  function enter({ job }: Candidate): void {
    used += 1
    taken.set(job.tenantId, (taken.get(job.tenantId) ?? 0) + 1)
  }

  return {
    find: (effectId) => known.get(effectId),
    isFreeFor: (tenantId) =>
      queue.size < MAX_WAITING && queue.sizeOf(tenantId) < MAX_WAITING_OF_TENANT,
    wait: (candidate) => {
      known.set(candidate.job.effectId, candidate)
      queue.push(candidate.job.tenantId, candidate)
    },
    take: (limit) => {
      const group = queue.take(Math.min(limit, places - used), leftOf)
      group.forEach(enter)
      return group
    },
    takeAtOnce: (candidates) => {
      const count = candidates.length
      const isFree = ({ job }: Candidate): boolean =>
        !known.has(job.effectId) && count <= leftOf(job.tenantId)
      if (queue.size > 0 || used + count > places || !candidates.every(isFree)) return false
      for (const candidate of candidates) {
        known.set(candidate.job.effectId, candidate)
        enter(candidate)
      }
      return true
    },
    leave: ({ job, done }) => {
      used -= 1
      const left = (taken.get(job.tenantId) ?? 1) - 1
      if (left > 0) taken.set(job.tenantId, left)
      else taken.delete(job.tenantId)
      known.delete(job.effectId)
      done?.resolve()
    },
    clear: () => {
      for (const { job, done } of queue.clear()) {
        known.delete(job.effectId)
        done?.resolve()
      }
    },
  }
}
