// Things that wait, by tenant: the tenants take turns, so that no backlog of one delays another.

export interface FairQueue<Item> {
  readonly size: number
  /** How many a tenant has waiting. */
  sizeOf(tenantId: string): number
  push(tenantId: string, item: Item): void
  /**
   * Takes up to `limit` items, one of each tenant in turn.
   * @param roomOf how many more a tenant may have taken
   */
  take(limit: number, roomOf: (tenantId: string) => number): Item[]
  /** Takes all. */
  clear(): Item[]
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** In the order of their turns. */
  let lines = new Map<string, Item[]>()
  let size = 0

  /** One of each tenant; whoever had a turn stands behind the others. */
  function takeRound(taken: Item[], limit: number, rooms: Map<string, number>): boolean {
    const before = taken.length
    for (const [tenantId, line] of Array.from(lines)) {
      if (taken.length === limit) break
      const room = rooms.get(tenantId) ?? 0
      if (room <= 0) continue
      taken.push(...line.splice(0, 1))
      rooms.set(tenantId, room - 1)
      lines.delete(tenantId)
      if (line.length > 0) lines.set(tenantId, line)
    }
    return taken.length > before
  }

  function take(limit: number, roomOf: (tenantId: string) => number): Item[] {
    const taken: Item[] = []
    const rooms = new Map([...lines.keys()].map((tenantId) => [tenantId, roomOf(tenantId)]))
    while (taken.length < limit && takeRound(taken, limit, rooms));
    size -= taken.length
    return taken
  }

  return {
    get size() {
      return size
    },
    sizeOf: (tenantId) => lines.get(tenantId)?.length ?? 0,
    push: (tenantId, item) => {
      const line = lines.get(tenantId)
      if (line) line.push(item)
      else lines.set(tenantId, [item])
      size += 1
    },
    take,
    clear: () => {
      const all = [...lines.values()].flat()
      lines = new Map()
      size = 0
      return all
    },
  }
}
