// What happened, one JSON line each, all by the harness's own monotonic clock.

import { appendFileSync } from 'node:fs'

export type InputKind = 'lead' | 'message' | 'purchase'

/** Something that a contact does; the same one may be sent several times under the same key. */
export interface Input {
  /** Event id of the outside world: the same for every copy. */
  key: string
  kind: InputKind
  tenantId: string
  phone: string
  /** The word by which its effects are recognised. */
  token: string
}

interface Timed {
  /** Milliseconds since the harness began. */
  t: number
}

/** An attempt to hand an input in. */
export interface Invocation extends Timed, Input {
  type: 'invoke'
}

/**
 * How an attempt ended: `ok` with 2xx, `fail` with an answer that says no, `unknown` without an answer that says
 * either (then it is sent again under the same key).
 */
export type Outcome = OutcomeOf<'ok'> | OutcomeOf<'fail'> | OutcomeOf<'unknown'>

interface OutcomeOf<Type extends string> extends Timed {
  type: Type
  key: string
  /** Which attempt of one delivery it ends, from 1. */
  attempt: number
  /** HTTP status; 0 without one. */
  status: number
  ms: number
  /** The event that was made of it, where the answer says so. */
  eventId?: string
  duplicate?: boolean
}

/** A request to send that reached the provider. */
export interface ArrivalRecord extends Timed {
  type: 'arrival'
  effectId: string
  /** Whose credential it carried; null for one that nobody has. */
  tenantId: string | null
  phone: string
  text: string
  /** HTTP status that the provider gave; 0 where the connection was cut. */
  status: number
  isAccepted: boolean
  from: string
}

/** A fault begins, ends, or strikes at once; `evidence` shows that it landed. */
export interface FaultRecord extends Timed {
  type: 'fault'
  phase: 'begin' | 'end' | 'strike'
  what: string
  evidence?: Record<string, number | string>
}

export type HistoryRecord = Invocation | Outcome | ArrivalRecord | FaultRecord

/** A record without its time. */
export type Happening = HistoryRecord extends infer One ? WithoutTime<One> : never
type WithoutTime<One> = One extends Timed ? Omit<One, 't'> : never

export interface History {
  readonly records: readonly HistoryRecord[]
  /** @param t when it happened, if not now */
  add(happening: Happening, t?: number): void
  /** Told of every record; returns how to stop. */
  listen(listener: (record: HistoryRecord) => void): () => void
  /** What has been recorded since `mark` was that many. */
  since(mark: number): HistoryRecord[]
}

/** @param path file that every record is appended to */
export function createHistory(path: string): History {
  const records: HistoryRecord[] = []
  const listeners = new Set<(record: HistoryRecord) => void>()
  return {
    records,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add: (happening, t = performance.now()) => {
      const record = { t: Math.round(t * 10) / 10, ...happening } as HistoryRecord
      records.push(record)
      appendFileSync(path, `${JSON.stringify(record)}\n`)
      for (const listener of listeners) listener(record)
    },
    since: (mark) => records.slice(mark),
  }
}
