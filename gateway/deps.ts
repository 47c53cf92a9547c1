// What every part of the gateway is given as an argument.

import type { Runtime } from '#runtime/index.ts'
import type { GatewayConfig } from './context.ts'
import type { Metrics } from './plugins/metrics.ts'
import type { People } from './plugins/people.ts'
import type { Tokens } from './plugins/tokens.ts'

export interface Deps {
  runtime: Runtime
  config: GatewayConfig
  tokens: Tokens
  people: People
  metrics: Metrics
  /** Aborted when the process begins to stop. */
  stopping: AbortSignal
  /** Milliseconds since 1970. */
  now: () => number
}
