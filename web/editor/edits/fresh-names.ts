// Fresh ids for copies, each like the one that it was copied from.

import type { Names } from './expression-names.ts'
import { freeIn, namesIn } from './fresh-id.ts'
import type { DocNode } from './outline.ts'

/** An id that nobody has is kept. */
export function freshNames(nodes: readonly DocNode[], copied: readonly DocNode[]): Names {
  const taken = namesIn(nodes)
  return new Map(
    copied.map(({ id }) => {
      const fresh = freeIn(taken, id)
      taken.add(fresh)
      return [id, fresh]
    }),
  )
}
