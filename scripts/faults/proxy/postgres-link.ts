// A link to PostgreSQL that reads along: which named statement goes out, which has been answered, what is committed.
// Watchers are asked before a statement reaches the server and before its answer reaches the client.

import { createLink, type Direction, type Link, type Tap, type Wire } from './link.ts'
import {
  createFrameReader,
  type Frame,
  isIdle,
  readApplication,
  readBoundStatement,
  readChannel,
  readQuery,
  readTag,
  readWorkerId,
} from './postgres-frames.ts'

export interface Session {
  /** `application_name`, which tells the pools of a process apart. */
  application: string
  /** Statements of the transaction under way, in order. */
  transaction: string[]
  wire: Wire
}

export interface Moment {
  /** `before` the server hears of it, or `after` it was done and before the client hears of that. */
  phase: 'before' | 'after'
  /** Name of the prepared statement, or `begin`, `commit`, `rollback`, or a simple query's text. */
  statement: string
  session: Session
}

/**
 * What becomes of the message: it passes, waits until the wire is released, is lost with all that follows it in its
 * direction, or the connection is reset in its place (which after a commit swallows the answer).
 */
export type Verdict = 'pass' | 'hold' | 'drop' | 'reset'

/** Returns null where it has nothing to say. */
export type Watcher = (moment: Moment) => Verdict | null

export interface PostgresLink extends Link {
  /** @returns how to stop watching */
  watch(watcher: Watcher): () => void
  /** How often each notification is delivered: 0 loses it, 2 doubles it. */
  onNotification(copies: ((channel: string) => number) | null): void
  /** Names of all statements that have passed so far. */
  statements(): ReadonlySet<string>
  /** The worker whose signs of life pass here; empty before the first. */
  workerId(): string
}

interface Eyes {
  watchers: Set<Watcher>
  copies: ((channel: string) => number) | null
  seen: Set<string>
  workerId: string
  countReset(): void
}

export async function createPostgresLink(
  name: string,
  target: () => { host: string; port: number },
): Promise<PostgresLink> {
  let swallowed = 0
  const eyes: Eyes = {
    watchers: new Set(),
    copies: null,
    seen: new Set(),
    workerId: '',
    countReset: () => (swallowed += 1),
  }
  const link = await createLink({ name, target, tap: (wire) => createTap(wire, eyes) })
  return {
    ...link,
    resets: () => link.resets() + swallowed,
    watch: (watcher) => {
      eyes.watchers.add(watcher)
      return () => eyes.watchers.delete(watcher)
    },
    onNotification: (copies) => (eyes.copies = copies),
    statements: () => eyes.seen,
    workerId: () => eyes.workerId,
  }
}

const SIGN_OF_LIFE = 'worker_heartbeat'

/** A statement that was sent and not yet answered; `sync` is where the client waits. */
interface Pending {
  statement: string
  isSync: boolean
}

function createTap(wire: Wire, eyes: Eyes): Tap {
  const session: Session = { application: '', transaction: [], wire }
  const readers = { up: createFrameReader(true), down: createFrameReader(false) }
  const gone = new Set<Direction>()
  const judge = (phase: Moment['phase'], statement: string): Verdict => {
    for (const watcher of eyes.watchers) {
      const verdict = watcher({ phase, statement, session })
      if (verdict && verdict !== 'pass') return verdict
    }
    return 'pass'
  }
  const { goesUp, comesDown } = createReading(session, eyes, judge)
  return (direction, bytes) => {
    for (const frame of readers[direction](bytes)) {
      if (gone.has(direction)) return
      const copies = frame.type === 'A' && direction === 'down' ? copiesOf(frame, eyes) : 1
      const verdict = direction === 'up' ? goesUp(frame) : comesDown(frame)
      for (let copy = 0; copy < copies; copy++) {
        carryOut(wire, { direction, verdict, frame, gone, eyes })
      }
    }
  }
}

interface Passing {
  direction: Direction
  verdict: Verdict
  frame: Frame
  /** Directions in which nothing passes any more. */
  gone: Set<Direction>
  eyes: Eyes
}

function carryOut(wire: Wire, { direction, verdict, frame, gone, eyes }: Passing): void {
  if (verdict === 'hold') wire.hold(direction)
  if (verdict === 'drop') {
    gone.add(direction)
    wire.drop(direction)
    return
  }
  if (verdict === 'reset') {
    eyes.countReset()
    gone.add('up').add('down')
    wire.reset()
    return
  }
  wire.forward(direction, frame.bytes)
}

/** Follows what was asked and what has been answered, and asks the judge at both moments. */
function createReading(
  session: Session,
  eyes: Eyes,
  judge: (phase: Moment['phase'], statement: string) => Verdict,
): Record<'goesUp' | 'comesDown', (frame: Frame) => Verdict> {
  const pending: Pending[] = []
  let bound = ''

  const goesUp = (frame: Frame): Verdict => {
    if (frame.type === '') session.application = readApplication(frame)
    if (frame.type === 'E') pending.push({ statement: bound, isSync: false })
    if (frame.type === 'S') pending.push({ statement: '', isSync: true })
    if (frame.type !== 'B' && frame.type !== 'Q') return 'pass'
    const statement = frame.type === 'B' ? readBoundStatement(frame) : nameOf(readQuery(frame))
    bound = statement
    eyes.seen.add(statement)
    if (statement === SIGN_OF_LIFE) eyes.workerId = readWorkerId(frame) ?? eyes.workerId
    if (frame.type === 'Q') pending.push({ statement, isSync: false }, { statement, isSync: true })
    if (statement === 'begin') session.transaction = []
    else session.transaction.push(statement)
    return judge('before', statement)
  }

  const comesDown = (frame: Frame): Verdict => {
    if (frame.type === 'Z') {
      const sync = pending.findIndex(({ isSync }) => isSync)
      pending.splice(0, sync + 1)
      if (isIdle(frame)) session.transaction = []
      return 'pass'
    }
    if (frame.type !== 'C') return 'pass'
    const done = pending[0]?.isSync ? undefined : pending.shift()
    const isCommit = readTag(frame) === 'COMMIT'
    return judge('after', isCommit ? 'commit' : (done?.statement ?? ''))
  }

  return { goesUp, comesDown }
}

function copiesOf(frame: Frame, { copies }: Eyes): number {
  return copies ? copies(readChannel(frame)) : 1
}

function nameOf(query: string): string {
  const word = query.trim().toLowerCase()
  if (/^(begin|start transaction)/.test(word)) return 'begin'
  if (word.startsWith('commit')) return 'commit'
  if (word.startsWith('rollback')) return 'rollback'
  return word.slice(0, 40)
}
