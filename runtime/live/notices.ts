// What a transaction has to tell is told after its commit and never in it: a commit that carries NOTIFY holds a lock
// of the whole database through its write to disk, and all such commits then queue up behind each other. This process
// hears at once and directly; the others by one NOTIFY for all that was told within some milliseconds.
// A lost notice costs a poll interval, never work (F24).

import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { withLimit } from '../with-limit.ts'

export interface Notice {
  channel: string
  /** Under 8000 bytes, or PostgreSQL does not take it. Empty: look for yourself. */
  payload: string
}

/** What to do on a notice, by channel. */
export type Handlers = Readonly<Record<string, (payload: string) => void>>

/** Where a process tells and hears. */
export interface NoticeBoard {
  /** Tells what is committed. */
  tell(notices: readonly Notice[]): void
  /** From now on these hear what this process tells. */
  hearBy(handlers: Handlers): void
  /** Sends what waits, for a second at most, and nothing more. */
  stop(): Promise<void>
}

export interface NoticeBoardOptions {
  /** Tells the other processes, in order; null when there are none. */
  send: ((notices: readonly Notice[]) => Promise<unknown>) | null
  /** A handler could not make sense of a notice. */
  onError: (error: unknown, channel: string) => void
}

/** One NOTIFY for what comes within this time. */
const SPACING_MS = 2
const PAUSE_AFTER_ERROR_MS = 500
const MAX_GROUP = 200
/** Beyond it the others are told to look for themselves. */
const MAX_WAITING = 2_000
const STOP_MS = 1_000

/** Creates the board of one process. */
export function createNoticeBoard({ send, onError }: NoticeBoardOptions): NoticeBoard {
  let handlers: Handlers = {}
  let waiting: Notice[] = []
  let sending: Promise<void> | null = null
  const stopping = new AbortController()
  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, null, { ref: false, signal: stopping.signal }).catch(() => null)

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      try {
        await send?.(group)
      } catch {
        if (stopping.signal.aborted) return
        waiting = shorten([...group, ...waiting])
        await pause(PAUSE_AFTER_ERROR_MS)
      }
      await pause(SPACING_MS)
    }
  }

  function tellHere({ channel, payload }: Notice): void {
    try {
      handlers[channel]?.(payload)
    } catch (error) {
      onError(error, channel)
    }
  }

  return {
    tell: (notices) => {
      notices.forEach(tellHere)
      if (!send || stopping.signal.aborted) return
      for (const notice of notices) add(waiting, notice)
      waiting = shorten(waiting)
      sending ??= sendAll().finally(() => (sending = null))
    },
    hearBy: (given) => (handlers = given),
    stop: async () => {
      stopping.abort()
      if (sending) await withLimit(sending, STOP_MS)
    },
  }
}

/** One word without a payload says as much as many. */
function add(notices: Notice[], notice: Notice): void {
  const isSaid =
    notice.payload === '' &&
    notices.some(({ channel, payload }) => payload === '' && channel === notice.channel)
  if (!isSaid) notices.push(notice)
}

function shorten(notices: Notice[]): Notice[] {
  if (notices.length <= MAX_WAITING) return notices
  return [...new Set(notices.map(({ channel }) => channel))].map((channel) => {
    return { channel, payload: '' }
  })
}

type Queryable = Pick<PoolClient, 'query'>

/** Notices of transactions that are open, by their connection. */
const open = new WeakMap<object, Notice[]>()
/** Boards by the pool whose transactions tell on them. */
const boards = new WeakMap<object, NoticeBoard>()

/**
 * Tells others once the transaction of `db` is committed, and nothing if it is not; on a pool at once.
 * @param db a connection in `inTransaction`, or a pool
 * @param payload under 8000 bytes
 */
export function noticeAfterCommit(db: Queryable, channel: string, payload = ''): void {
  const notice = { channel, payload }
  const collected = open.get(db)
  if (collected) add(collected, notice)
  else boardOf(db).tell([notice])
}

/** The transactions and statements of the pool tell on this board from now on. */
export function tellOn(pool: Pool, board: NoticeBoard): void {
  boards.set(pool, board)
}

/** Collects what the transaction on this connection has to tell. @returns tells it, for after the commit */
export function collectNotices(pool: Pool, client: PoolClient): () => void {
  const notices: Notice[] = []
  open.set(client, notices)
  return () => {
    if (notices.length > 0) boardOf(pool).tell(notices)
  }
}

/** What the connection still has to tell is not said any more. */
export function forgetNotices(client: PoolClient): void {
  open.delete(client)
}

/** A pool that nobody gave a board tells over one of its own connections. */
function boardOf(db: Queryable): NoticeBoard {
  const known = boards.get(db)
  if (known) return known
  const board = createNoticeBoard({
    send: (notices) => sendNotices(db, notices),
    onError: () => {},
  })
  boards.set(db, board)
  return board
}

/** Tells the other processes over this connection. */
export async function sendNotices(db: Queryable, notices: readonly Notice[]): Promise<void> {
  const channels = notices.map(({ channel }) => channel)
  await db.query({ ...NOTIFY, values: [channels, notices.map(({ payload }) => payload)] })
}

const NOTIFY = {
  name: 'tell_notices',
  text: `select pg_notify(channel, payload)
    from unnest($1::text[], $2::text[]) with ordinality as item(channel, payload, n) order by n`,
}
