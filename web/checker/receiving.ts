// A document that came from the page, put together again (`sending.ts`). Knows nothing of Vue, which the worker lacks.

import type { SentDocument } from './protocol.ts'

/** What the worker keeps about the page's document. */
export interface Receiver {
  /** The document as it is now. @throws {Error} when a node was never sent */
  take(sent: SentDocument | undefined): unknown
}

export function createReceiver(): Receiver {
  let bodies = new Map<number, object>()
  let document: unknown = null

  function bodyOf(number: number): object {
    const body = bodies.get(number)
    if (!body) throw new Error(`node ${number} was never sent`)
    return body
  }

  return {
    take(sent) {
      if (!sent) return document
      const { rest, order, fresh } = sent
      for (const [number, body] of fresh) bodies.set(number, body)
      bodies = new Map(order.map((number) => [number, bodyOf(number)]))
      document = { ...rest, nodes: order.map(bodyOf) }
      return document
    },
  }
}
