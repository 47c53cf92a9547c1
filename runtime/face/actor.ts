// Who asks, and in which pages: what every group of the face is told.

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

export interface PageQuery {
  cursor?: string | undefined
  /** 1 to 200. */
  limit: number
}

/** Who asks: taken from the session, never from the request's own words. */
export interface Actor {
  tenantId: string
  userId: string
  role: Role
}
export type Role = 'owner' | 'admin' | 'builder' | 'agent' | 'support' | 'viewer'
