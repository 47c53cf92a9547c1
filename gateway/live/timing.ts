// The numbers that bound a live socket.

export interface LiveTiming {
  /** Milliseconds between two messages of one topic to one client. */
  spacingMs: number
  /** Milliseconds between pings; a client that answered none since the last is gone. */
  heartbeatMs: number
  /** Bytes that may wait for a slow client. */
  maxBuffered: number
  maxTopics: number
  /** Messages that one client may send in `floodWindowMs`. */
  maxMessages: number
  floodWindowMs: number
  /** Milliseconds from closing a socket to cutting it. */
  lingerMs: number
}

export const LIVE_TIMING: LiveTiming = {
  spacingMs: 100,
  heartbeatMs: 30_000,
  maxBuffered: 1024 * 1024,
  maxTopics: 50,
  maxMessages: 300,
  floodWindowMs: 10_000,
  lingerMs: 2_000,
}

export const MAX_FRAME_BYTES = 16 * 1024

/** Why a socket ends, as the WebSocket protocol numbers it. */
export const CLOSE = {
  unsupported: 1003,
  policy: 1008,
  restart: 1012,
  tryLater: 1013,
} as const
