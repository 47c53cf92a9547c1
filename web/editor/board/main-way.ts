// The way out of a state by which something new is put after it, unless another one is chosen. Pure.

import type { Outlet, Way } from '../../canvas/editing.ts'
import { INSIDE } from './outlets.ts'

/** The first that leads nowhere in particular, else the first; null out of the end. */
export function mainWay(nodeId: string, outlets: readonly Outlet[]): Way | null {
  const found = outlets.find(({ port }) => port !== INSIDE) ?? outlets[0]
  return found ? { nodeId, port: found.port } : null
}
