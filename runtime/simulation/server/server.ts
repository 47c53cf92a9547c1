// The simulated PostgreSQL server: its sessions, its clock, and what it does about those that wait too long.

import type { Notification, Server, ServerOptions, Session } from './types.ts'
import type { Database } from '../store/types.ts'
import { DatabaseError } from '../sql/values.ts'
import type { SimulatedProcess, World } from '../world/world.ts'
import { endSession } from './session.ts'

const DEADLOCK_MS = 1_000
const SWEEP_MS = 250
const WAKE_MS = 0.5

export function createServer(world: World, database: Database, options: ServerOptions): Server {
  let nextSession = 1

  const server: Server = {
    world,
    database,
    sessions: new Set(),
    isUp: true,
    open: (process, limits) => {
      const session = createSession(nextSession++, process, limits)
      session.idleSince = database.now()
      server.sessions.add(session)
      return session
    },
    compile: ({ text }) => options.statements(text),
    heard: options.onStatement,
    committed: (transaction, changes, process) => {
      if (changes.length > 0) options.onCommit({ changes, process, transaction })
      const processId = (transaction.owner as Session | null)?.id ?? 0
      for (const notice of transaction.notices) deliver({ ...notice, processId })
    },
    wake: (goOn) => void world.schedule(world.random.next() * WAKE_MS, null, goOn),
    lookForDeadlock: (session) => {
      const { waiting } = session
      if (!waiting || !isInCircle(session)) return
      world.schedule(DEADLOCK_MS, null, () => {
        if (session.waiting === waiting && isInCircle(session))
          waiting.giveUp(new DatabaseError('40P01', 'deadlock detected'))
      })
    },
    misunderstood: (request, error) => {
      const what = request.name ?? request.text.slice(0, 80)
      world.fail(
        `the simulation does not know the statement ${what}: ${String((error as Error).stack ?? error)}`,
      )
    },
    cut: (session, error = new DatabaseError('57P01', 'terminating connection')) => {
      endSession(session, error)
      server.sessions.delete(session)
    },
    cutAll: () => {
      for (const session of Array.from(server.sessions)) server.cut(session)
    },
  }

  function deliver(notice: Notification): void {
    for (const session of server.sessions) {
      if (!session.channels.has(notice.channel)) continue
      for (const delay of options.noticeDelays())
        world.schedule(delay, session.process, () => {
          if (!session.isEnded) session.onNotice?.(notice)
        })
    }
  }

  sweepFrom(server)
  return server
}

function createSession(id: number, process: SimulatedProcess, limits: Session['limits']): Session {
  return {
    id,
    process,
    limits,
    transaction: null,
    isFailed: false,
    isEnded: false,
    idleSince: 0,
    waiting: null,
    channels: new Set(),
    onEnd: null,
    onNotice: null,
  }
}

/** True when the session waits for somebody who, in the end, waits for it. */
function isInCircle(session: Session): boolean {
  const seen = new Set<Session>()
  const open: Session[] = [session]
  for (let at = open.pop(); at; at = open.pop()) {
    for (const { owner } of at.waiting?.by ?? []) {
      const other = owner as Session
      if (other === session) return true
      if (!seen.has(other)) {
        seen.add(other)
        open.push(other)
      }
    }
  }
  return false
}

/** Cuts statements and transactions that take too long, as the settings of their sessions ask. */
function sweepFrom(server: Server): void {
  const { world, database, sessions } = server
  const sweep = (): void => {
    const now = database.now()
    for (const session of Array.from(sessions)) {
      const { waiting, transaction, limits } = session
      if (waiting && now - waiting.since > limits.statement)
        waiting.giveUp(new DatabaseError('57014', 'canceling statement due to statement timeout'))
      else if (
        (transaction || session.isFailed) &&
        !waiting &&
        now - session.idleSince > limits.idle
      )
        server.cut(
          session,
          new DatabaseError('25P03', 'terminating connection due to idle-in-transaction timeout'),
        )
    }
    world.schedule(SWEEP_MS, null, sweep)
  }
  world.schedule(SWEEP_MS, null, sweep)
}
