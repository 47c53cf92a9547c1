// The line to one worker: one question at a time, each cut when it takes too long; a worker that broke down or was cut is
// replaced by a new one when the next question comes.

import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Answers, Kind, Question, Reply, Request } from './protocol.ts'
import { createSender } from './sending.ts'

/** As much of a `Worker` as the line needs. */
export interface Port {
  postMessage(request: Request): void
  terminate(): void
  onmessage: ((event: MessageEvent<Reply>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

/** `slow`: cut. `crashed`: the worker broke down. `broken`: the question broke its code. `closed`: nobody listens. */
export type LineFailure = 'slow' | 'crashed' | 'broken' | 'closed'

/** Why a question got no answer. */
export class LineError extends Error {
  readonly failure: LineFailure

  constructor(failure: LineFailure, message = failure as string) {
    super(message)
    this.failure = failure
  }
}

/** What a question is about; read when its turn comes, so that it is the newest. */
export interface Subject {
  document(): WorkflowDocument
  surroundings(): Surroundings | undefined
}

export interface Line {
  /** @param limit milliseconds that the worker may take. @throws {LineError} */
  ask<Q extends Question>(question: Q, limit: number): Promise<Answers[Q['kind']]>
  close(): void
}

interface Waiting {
  question: Question
  limit: number
  resolve(answer: Answers[Kind]): void
  reject(error: LineError): void
}

export function createLine(open: () => Port, subject: Subject): Line {
  const waiting: Waiting[] = []
  let worker: Connection | null = null
  let current: (Waiting & { id: number }) | null = null
  let lastId = 0
  let isClosed = false

  function turn(): void {
    if (current !== null) return
    const next = waiting.shift()
    if (!next) return
    lastId += 1
    current = { ...next, id: lastId }
    try {
      worker ??= connect(open, { onReply: heard, onFailure: hangUp })
      worker.send({ ...current, subject })
    } catch (error) {
      hangUp('crashed', error instanceof Error ? error.message : undefined)
    }
  }

  function finish(): Waiting | null {
    const done = current
    current = null
    return done
  }

  function heard(reply: Exclude<Reply, { kind: 'ready' }>): void {
    // Also what a cut worker had on its tongue.
    if (reply.id !== current?.id) return
    const done = finish()
    if (reply.kind === 'broken') done?.reject(new LineError('broken', reply.message))
    else done?.resolve(reply.answer)
    turn()
  }

  function hangUp(failure: LineFailure, message?: string): void {
    worker?.end()
    worker = null
    finish()?.reject(new LineError(failure, message))
    turn()
  }

  return {
    ask: (question, limit) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new LineError('closed'))
        // The answer to a question is of its kind.
        const take = resolve as (answer: Answers[Kind]) => void
        waiting.push({ question, limit, resolve: take, reject })
        turn()
      }),
    close() {
      isClosed = true
      const left = waiting.splice(0)
      hangUp('closed')
      for (const { reject } of left) reject(new LineError('closed'))
    },
  }
}

interface Listener {
  onReply(reply: Exclude<Reply, { kind: 'ready' }>): void
  onFailure(failure: LineFailure, message?: string): void
}

interface Asked {
  id: number
  question: Question
  limit: number
  subject: Subject
}

interface Connection {
  send(asked: Asked): void
  end(): void
}

/** One worker. What is asked before it is loaded waits, and its time begins when it can listen. */
function connect(open: () => Port, { onReply, onFailure }: Listener): Connection {
  const port = open()
  const sender = createSender()
  let isReady = false
  let early: Asked | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function send({ id, question, limit, subject }: Asked): void {
    timer = setTimeout(() => onFailure('slow'), limit)
    const sent = sender.next(subject.document(), subject.surroundings())
    post(port, { ...question, id, sent })
  }

  port.onmessage = ({ data }) => {
    if (data.kind !== 'ready') {
      clearTimeout(timer)
      return onReply(data)
    }
    isReady = true
    if (early) send(early)
    early = null
  }
  port.onerror = (event) => {
    event.preventDefault()
    onFailure('crashed', event.message)
  }
  return {
    send(asked) {
      if (isReady) send(asked)
      else early = asked
    },
    end() {
      clearTimeout(timer)
      port.onmessage = null
      port.onerror = null
      port.terminate()
    },
  }
}

/** Parts that somebody made watched for changes cannot be copied as they are; all of it is JSON but for one set. */
function post(port: Port, request: Request): void {
  try {
    port.postMessage(request)
  } catch {
    const { surroundings } = request.sent
    const plain = JSON.parse(JSON.stringify(request)) as Request
    if (surroundings) plain.sent.surroundings = surroundings
    port.postMessage(plain)
  }
}
