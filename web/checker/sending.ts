// A document on its way to the worker: bodies of nodes cross once, and a node that is the same object on the page stays
// the same object in the worker (`receiving.ts`), which then need not read it again.

import { toRaw } from 'vue'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Sent, SentDocument } from './protocol.ts'

/** What the page keeps about one worker: what it has been sent. */
export interface Sender {
  /** What the worker needs to hear before it can answer about this document. */
  next(document: WorkflowDocument, surroundings: Surroundings | undefined): Sent
}

export function createSender(): Sender {
  const numbers = new WeakMap<object, number>()
  let last = 0
  /** Numbers that the worker holds. */
  let held: ReadonlySet<number> = new Set()
  let document: WorkflowDocument | null = null
  let surroundings: Surroundings | null = null

  function numberOf(body: object): number {
    const known = numbers.get(body)
    if (known !== undefined) return known
    last += 1
    numbers.set(body, last)
    return last
  }

  function send({ nodes, ...rest }: WorkflowDocument): SentDocument {
    const bodies = new Map(nodes.map((node) => [numberOf(toRaw(node)), toRaw(node) as object]))
    const fresh = [...bodies].filter(([number]) => !held.has(number))
    held = new Set(bodies.keys())
    return { rest: rest as JsonObject, order: nodes.map((node) => numberOf(toRaw(node))), fresh }
  }

  return {
    next(given, around) {
      // What a query holds is watched for changes, and such things cannot be sent.
      const [newest, known] = [toRaw(given), toRaw(around) ?? null]
      const sent: Sent = {
        ...(newest !== document && { document: send(newest) }),
        ...(known !== surroundings && { surroundings: known }),
      }
      document = newest
      surroundings = known
      return sent
    },
  }
}
