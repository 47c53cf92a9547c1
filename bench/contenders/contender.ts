// What is measured in the drain: somebody who has waiting events of contacts and works them off.

import type { Size, Written } from '../work/mailbox.ts'

export interface Contender {
  name: string
  /** What was set other than the product's defaults, and why; empty where nothing was. */
  settings: readonly string[]
  /** Not measured: everything is forgotten, then the round's events wait. */
  fill(size: Size): Promise<void>
  /** Not measured: returns when the waiting events may be worked off; absent where they may at once. */
  ready?(): Promise<void>
  /** Measured: returns when all of them are durably done. */
  drain(size: Size): Promise<void>
  written(): Promise<Written>
  stop(): Promise<void>
}
