// The simulated server and its sessions, as those that speak to them see them.

import type { CompiledQuery } from '../sql/scope.ts'
import type { ResultRow, Statements } from '../sql/statement.ts'
import type { Change } from '../store/transaction.ts'
import type { Database, Transaction } from '../store/types.ts'
import type { SimulatedProcess, World } from '../world/world.ts'

export interface Request {
  name: string | null
  text: string
  values: readonly unknown[]
}

export interface Answer {
  command: string
  rows: ResultRow[]
  rowCount: number
}

export type Reply = (answer: Answer | Error) => void

/** A statement that waits for other transactions. */
export interface Waiting {
  by: readonly Transaction[]
  since: number
  goOn: () => void
  giveUp: (error: Error) => void
}

/** A notice, and which session told it. */
export interface Notification {
  channel: string
  payload: string
  processId: number
}

export interface Session {
  readonly id: number
  readonly process: SimulatedProcess
  transaction: Transaction | null
  /** An error ended the transaction; only its end is taken. */
  isFailed: boolean
  isEnded: boolean
  /** When it answered last. */
  idleSince: number
  waiting: Waiting | null
  readonly channels: Set<string>
  readonly limits: { statement: number; idle: number }
  /** Told when the server ends it. */
  onEnd: ((error: Error) => void) | null
  onNotice: ((notice: Notification) => void) | null
}

export interface Server {
  readonly world: World
  readonly database: Database
  readonly sessions: Set<Session>
  /** While it is down, nobody is let in. */
  isUp: boolean
  open(process: SimulatedProcess, limits: Session['limits']): Session
  compile(request: Request): CompiledQuery
  heard(request: Request, transaction: Transaction): void
  committed(transaction: Transaction, changes: Change[], process: SimulatedProcess): void
  /** Lets a statement that waited look again. */
  wake(goOn: () => void): void
  lookForDeadlock(session: Session): void
  /** SQL that is not simulated ends the run. */
  misunderstood(request: Request, error: unknown): void
  /** Ends a session and forgets it; left out, as an administrator would. */
  cut(session: Session, error?: Error): void
  /** Every session ends, as when the server is killed. */
  cutAll(): void
}

export interface Commit {
  changes: Change[]
  process: SimulatedProcess
  transaction: Transaction
}

export interface ServerOptions {
  statements: Statements
  onCommit: (commit: Commit) => void
  /** A statement is about to run. */
  onStatement: (request: Request, transaction: Transaction) => void
  /** Milliseconds until a notice arrives, once for each time that it does. */
  noticeDelays: () => number[]
}
