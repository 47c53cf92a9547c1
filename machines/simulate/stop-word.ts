// Words by which a simulated contact takes itself off a channel, as the platform hears them before any workflow.

import { LAST_CHANNEL } from '../contracts/channel.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { OPT_OUT_WORDS } from '../contracts/opt-out-words.ts'
import { plainWords } from '../expression/plain-words.ts'
import type { RunVersion } from '../run/run-state.ts'
import type { Standing } from '../run/send-policy.ts'

interface Hearing {
  version: RunVersion
  now: string
  optOuts: Standing['optOuts']
}

/** Notes the opt-out; true when it ends the run, which is when the run needs that channel. */
export function heedStopWord(world: Hearing, { type, payload }: Envelope): boolean {
  const { channel, text } = payload
  if (type !== 'message.received' || typeof text !== 'string') return false
  if (typeof channel !== 'string') return false
  if (!OPT_OUT_WORDS.has(plainWords(text))) return false
  world.optOuts = { ...world.optOuts, [channel]: world.now }
  const { needs } = world.version.compiled
  return needs.some((need) => need.channel === channel || need.channel === LAST_CHANNEL)
}
