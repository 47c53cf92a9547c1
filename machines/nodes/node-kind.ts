// The interface that every node kind fills in: schema, ports, lowering, needs, form hints, description.

import type { ChannelKind } from '../contracts/channel.ts'
import type { z } from 'zod'
import type { Command } from '../contracts/effect.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { pathStep } from '../expression/path.ts'
import type { Scope } from '../expression/scope.ts'

export interface Localized {
  'pt-BR': string
  en: string
}

/** What every parsed node has. */
export interface NodeBase {
  id: string
  type: string
  next?: string | null | undefined
  onError?: string | null | undefined
  parent?: string | undefined
  label?: string | undefined
}

/** A way out of a node. `undefined` target: the next node in the list. `null`: the run ends. */
export interface Port {
  /** `next`, `case:suporte`, `default`, `then`, `else`, `event`, `timeout`, `error` */
  name: string
  label: string | null
  target: string | null | undefined
  /** JSON path inside the node, e.g. `.cases.suporte`. */
  path: string
}

/** Plain functions that the machine calls; expressions are compiled once, here. */
export interface Behaviour {
  /** Effect nodes: the command to commit to on entry. */
  command?: (scope: Scope) => Command
  /** Choice nodes: the name of the port to leave by. */
  choose?: (scope: Scope) => string
  /** Nodes that write variables; at an end, what the run gives back. */
  assign?: (scope: Scope) => JsonObject
  /** Questions: the command when the answer was not good. */
  again?: (scope: Scope) => Command
  /** Questions: the answer that a message holds, or null when it is not good. */
  judge?: (scope: Scope, message: JsonObject) => Answer | null
  /** Loops: the list to go through; what is no list counts as empty. */
  items?: (scope: Scope) => Json
  /** Nodes that wait: milliseconds from now until the `after` port; throws only where the lowering says `mayFail`. */
  delay?: (now: string, zone: string, scope: Scope) => number
}

/** What a question was answered with. */
export interface Answer {
  /** Kept under the node's id. */
  result: JsonObject
  /** Variables that it sets. */
  assigned: JsonObject
}

/** Something that a state or a container reacts to. */
export interface Reaction {
  type: string
  port: string
}

/** How a node becomes a state: which shape it has, and what moves it on. */
export type Lowering =
  /** Emits a command on entry, leaves on its own result: ports `next` and `error`. `as`: the variable that keeps it. */
  | {
      shape: 'effect'
      as?: string
      after?: { port: string }
      /**
       * What leaves by `fallback`, where the node has that port, else by `error`: failures of these codes, and
       * results whose `confidence` is below `least`.
       */
      doubts?: { codes: readonly string[]; least?: number }
      /** Results whose `field` is true leave by this port, where the node has it. */
      flag?: { field: string; port: string }
    }
  /** Leaves at once by the port that `choose` names. */
  | { shape: 'choice' }
  /** Assigns and leaves at once by `next`. */
  | { shape: 'assign' }
  /** Waits for an event and/or for time; both optional, at least one given. */
  | {
      shape: 'wait'
      event?: Reaction
      events?: Reaction[]
      after?: { port: string }
      /** The delay comes from a value: one that cannot be read is a failure. */
      mayFail?: boolean
      /** ISO 8601 duration of silence that ends a burst of messages. */
      quiet?: string
    }
  /** Emits a question on entry and waits for its answer: ports `next`, `invalid` and `error`. */
  | {
      shape: 'ask'
      event: string
      retries: number
      after?: { port: string }
      quiet?: string
    }
  /** Holds other nodes, begins with the first; leaves by `next` when the last is done. */
  | { shape: 'group'; events: Reaction[]; after?: { port: string } }
  /** Holds groups that run side by side; leaves by `next` when all are done. */
  | { shape: 'parallel' }
  /** Holds nodes that run once for each item of a list; leaves by `next` after the last. */
  | { shape: 'loop'; as: string; max: number }
  /** Holds nodes that a word or an event leads into from anywhere; then back to where the run was, or by `next`. */
  | { shape: 'interrupt'; words: string[]; event: string | null }
  /** Leads elsewhere at once; with history into a group where it was left. */
  | { shape: 'jump'; history: 'none' | 'shallow' | 'deep' }
  /** Ends the run; `gives`: with what `assign` makes. */
  | { shape: 'end'; gives: boolean }

/** An expression in the document, for checks and for the builder's autocomplete. */
export interface ExpressionUse {
  /** JSON path inside the node, e.g. `.text`. */
  path: string
  source: string
  /** True where `$.x` is words like any other: only placeholders count. */
  isText?: boolean
}

export interface FormHint {
  field: string
  control:
    | 'text'
    | 'textarea'
    | 'template'
    | 'cases'
    | 'condition'
    | 'calendar'
    | 'list'
    | 'choice'
    | 'number'
    | 'mapping'
    | 'duration'
    | 'event'
    | 'node'
  label: Localized
}

export interface NodeNeeds {
  channel?: ChannelKind
  /** Name of the provider template that must exist. */
  template?: string
  /** What the contact must have consented to being written to for. */
  purpose?: string
  /** It goes over the channel and puts nothing before the contact's eyes: no purpose, no window. */
  isSilent?: true
}

export interface NodeKind<Node extends NodeBase = NodeBase> {
  type: Node['type']
  description: Localized
  icon: string
  schema: z.ZodType<Node>
  form: FormHint[]
  needs(node: Node): NodeNeeds
  ports(node: Node): Port[]
  lower(node: Node): Lowering
  /** @throws {Error} when an expression inside has wrong syntax; `check` reports it beforehand. */
  behave(node: Node): Behaviour
  expressions(node: Node): ExpressionUse[]
  /** One line for people: the text sent, the event waited for. */
  summarize(node: Node): string
}

/** Keeps the node's type inside the kind while the registry holds kinds of any node. */
export function defineNodeKind<Node extends NodeBase>(kind: NodeKind<Node>): NodeKind {
  return kind as unknown as NodeKind
}

/** The port every sequential node has. */
export function nextPort(node: NodeBase): Port {
  return { name: 'next', label: null, target: node.next, path: '.next' }
}

/** The port of a node that can fail; `undefined` here means: stop as failed, visible to support. */
export function errorPort(node: NodeBase): Port[] {
  return node.onError === undefined
    ? []
    : [{ name: 'error', label: null, target: node.onError, path: '.onError' }]
}

/** Every string inside a value with its path, as possible expressions. */
export function expressionsIn(value: unknown, path: string): ExpressionUse[] {
  if (typeof value === 'string') return [{ path, source: value }]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => expressionsIn(item, path + pathStep(index)))
  }
  return Object.entries(value).flatMap(([key, item]) => expressionsIn(item, path + pathStep(key)))
}
