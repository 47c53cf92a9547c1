// A session of the simulated PostgreSQL: transactions, statements that wait for locks, and what ends it.

import type { Answer, Reply, Request, Server, Session, Waiting } from './types.ts'
import type { Transaction } from '../store/types.ts'
import type { CompiledQuery } from '../sql/scope.ts'
import { type Attempt, createAttempt, runStatement } from '../sql/statement.ts'
import { DatabaseError } from '../sql/values.ts'
import {
  beginTransaction,
  Blocked,
  type Change,
  commitTransaction,
  rollBack,
} from '../store/transaction.ts'
import { answerCatalog } from './catalog.ts'

/** Runs one request to its end; the reply may come much later. */
export function execute(server: Server, session: Session, request: Request, reply: Reply): void {
  const text = request.text.trim()
  const word = text.split(/[\s;]/, 1)[0]?.toLowerCase() ?? ''
  const answer = (given: Answer | Error): void => {
    session.idleSince = server.database.now()
    reply(given)
  }
  if (word === 'commit') answer(commit(server, session))
  else if (word === 'rollback') answer(endByRollback(session))
  else if (word === 'begin') begin(server, session, { ...request, text }, answer)
  else if (word === 'listen') {
    session.channels.add(text.slice('listen'.length).trim().replaceAll('"', ''))
    answer({ command: 'LISTEN', rows: [], rowCount: 0 })
  } else if (word === 'set') answer({ command: 'SET', rows: [], rowCount: 0 })
  else runOne(server, session, { ...request, text }, answer)
}

/** `begin`, alone or with a first statement behind it, as the driver sends several at once. */
function begin(server: Server, session: Session, request: Request, answer: Reply): void {
  session.transaction ??= beginTransaction(server.database, session)
  const rest = request.text.slice('begin'.length).replace(/^\s*;/, '').trim()
  if (rest === '') return answer({ command: 'BEGIN', rows: [], rowCount: 0 })
  return runOne(server, session, { ...request, text: rest }, answer)
}

function commit(server: Server, session: Session): Answer | Error {
  const { transaction } = session
  session.transaction = null
  if (session.isFailed) {
    session.isFailed = false
    return { command: 'ROLLBACK', rows: [], rowCount: 0 }
  }
  if (transaction) finish(server, session, transaction)
  return { command: 'COMMIT', rows: [], rowCount: 0 }
}

function finish(server: Server, session: Session, transaction: Transaction): void {
  const changes: Change[] = commitTransaction(transaction)
  server.committed(transaction, changes, session.process)
}

function endByRollback(session: Session): Answer {
  const { transaction } = session
  session.transaction = null
  session.isFailed = false
  if (transaction?.isOpen) rollBack(transaction)
  return { command: 'ROLLBACK', rows: [], rowCount: 0 }
}

const IN_FAILED_TRANSACTION = '25P02'

function runOne(server: Server, session: Session, request: Request, answer: Reply): void {
  if (session.isFailed) {
    const message =
      'current transaction is aborted, commands ignored until end of transaction block'
    return answer(new DatabaseError(IN_FAILED_TRANSACTION, message))
  }
  const known = answerCatalog(server, request)
  if (known) return answer({ command: 'SELECT', rows: known, rowCount: known.length })
  let query: CompiledQuery
  try {
    query = server.compile(request)
  } catch (error) {
    server.misunderstood(request, error)
    return answer(new DatabaseError('XX000', String(error)))
  }
  const attempt = createAttempt(server.database, request.values)
  return tryOn({ server, session, query, request, attempt, answer })
}

interface Work {
  server: Server
  session: Session
  query: CompiledQuery
  request: Request
  attempt: Attempt
  answer: Reply
}

function tryOn(work: Work): void {
  const { server, session, query, request, attempt, answer } = work
  const isOwn = session.transaction === null
  const transaction = session.transaction ?? beginTransaction(server.database, session)
  server.heard(request, transaction)
  run(transaction, isOwn)

  function run(current: Transaction, isAlone: boolean): void {
    try {
      const { rows, count } = runStatement(query, attempt, current)
      if (isAlone) finish(server, session, current)
      answer({
        command: request.text.split(/\s/, 1)[0]?.toUpperCase() ?? '',
        rows,
        rowCount: count,
      })
    } catch (error) {
      if (error instanceof Blocked) wait(work, error, { current, isAlone, again: run })
      else refuse(work, error, { current, isAlone })
    }
  }
}

function refuse(
  { server, session, request, answer }: Work,
  error: unknown,
  { current, isAlone }: { current: Transaction; isAlone: boolean },
): void {
  if (current.isOpen) rollBack(current)
  if (!isAlone) session.isFailed = true
  if (!(error instanceof DatabaseError)) server.misunderstood(request, error)
  answer(error as Error)
}

function wait(
  work: Work,
  blocked: Blocked,
  how: {
    current: Transaction
    isAlone: boolean
    again: (current: Transaction, isAlone: boolean) => void
  },
): void {
  const { server, session, attempt } = work
  const { current, isAlone, again } = how
  attempt.rechecked.add(blocked.row)
  const stop = (): void => {
    server.database.waiting -= 1
    session.waiting = null
    for (const other of blocked.by) other.waiters.delete(tell)
  }
  const waiting: Waiting = {
    by: blocked.by,
    since: attempt.startedAt,
    goOn: () => {
      if (session.waiting !== waiting) return
      stop()
      again(current, isAlone)
    },
    giveUp: (error) => {
      if (session.waiting !== waiting) return
      stop()
      refuse(work, error, { current, isAlone })
    },
  }
  const tell = (): void => server.wake(waiting.goOn)
  server.database.waiting += 1
  session.waiting = waiting
  for (const other of blocked.by) other.waiters.add(tell)
  server.lookForDeadlock(session)
}

/** The server ends the session: what it had open is undone. */
export function endSession(session: Session, error: Error): void {
  if (session.isEnded) return
  session.isEnded = true
  const { transaction, waiting } = session
  session.transaction = null
  if (waiting) waiting.giveUp(error)
  if (transaction?.isOpen) rollBack(transaction)
  session.onEnd?.(error)
}
