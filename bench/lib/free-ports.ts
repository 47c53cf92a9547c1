// Ports that nobody listens on, each another one.

import { findFreePort } from '../../runtime/embedded/port.ts'

export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await findFreePort())
  return [...ports]
}
