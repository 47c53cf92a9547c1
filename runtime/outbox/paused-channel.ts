// Channels by which nothing may leave for now, and those that are gone: what an attempt finds when it meets one.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { Outcome } from '../connectors/connector.ts'

/** In a channel's configuration, which every claim brings along. */
export const PAUSED = 'paused'
/** The kind of a channel that was removed: nobody speaks it. */
export const REMOVED = 'removed'

/** How long an effect rests before it looks again; resuming wakes it at once. */
const LOOK_AGAIN_MS = 10 * 60 * 1000

export const CHANNEL_PAUSED = 'CHANNEL_PAUSED'

/** Nothing left: it rests, and its attempt does not count while the pause is younger than a day. */
export function outcomeOfPause(config: JsonObject): Outcome | null {
  if (config[PAUSED] !== true) return null
  const error = { code: 'CHANNEL_PAUSED', message: 'Somebody has paused the channel' }
  return { type: 'retry', error, retryAfterMs: LOOK_AGAIN_MS }
}

/** The configuration as the connector knows it. */
export function withoutPause({ [PAUSED]: _paused, ...config }: JsonObject): JsonObject {
  return config
}
