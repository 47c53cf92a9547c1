// Why a run takes a step: at once, by a result, by an event, by time.

import type { JsonObject } from '../../contracts/json.ts'

/** What makes a run take a step. */
export type Cause =
  /** Nothing: the step is taken at once. */
  | { kind: 'at once' }
  /** From a place of rest to "somewhere inside": what holds for all of a container leads on from there. */
  | { kind: 'resting' }
  | { kind: 'choice'; port: string }
  /** An expression broke. */
  | { kind: 'undecided' }
  /** By a result like this one. */
  | { kind: 'done'; output: JsonObject }
  | { kind: 'done' | 'failed' | 'time' | 'answered' | 'misanswered' }
  | { kind: 'event'; type: string }
  | { kind: 'word'; word: string }
