// Shapes of fields: which control can show a value. What no control can show is `json`.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { Limits } from './limits-of.ts'

export type TextFormat = 'plain' | 'duration' | 'event' | 'channel' | 'purpose' | 'workflow'

export type Shape =
  | { type: 'text'; format: TextFormat; limits: Limits }
  | { type: 'number'; limits: Limits; isWhole: boolean }
  | { type: 'yesNo' }
  | { type: 'choice'; options: readonly string[] }
  /** A way to go: a node's id, or null for the end. */
  | { type: 'node' }
  | { type: 'list'; item: Shape; limits: Limits }
  | { type: 'object'; members: readonly Member[] }
  | { type: 'mapping'; value: Shape; limits: Limits }
  | { type: 'forms'; forms: readonly Form[] }
  | { type: 'condition' }
  | { type: 'calendar' }
  | { type: 'json' }

export interface Member {
  name: string
  shape: Shape
  isRequired: boolean
}

/** One of the forms that a value may have. */
export interface Form {
  name: string
  /** What is asked for in this form; null where it is one fixed value. */
  shape: Shape | null
  /** What the value is, or begins with. */
  start: Json
  /** Members of an object that are the same in every value of this form. */
  fixed: JsonObject
}
