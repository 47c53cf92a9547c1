// What a committed batch tells the gateways: whom it touched. They read the rest themselves.

/** Payload of CHANNELS.live, one tenant each. Kept under PostgreSQL's 8000 bytes. */
export interface LiveNotice {
  tenantId: string
  contacts: string[]
  workflows: string[]
  /** A sample of moves, for the eye. */
  moves: NoticedMove[]
  /** Something about the tenant's channels changed. */
  channels?: true
}

export interface NoticedMove {
  workflowId: string
  contactId: string
  name: string | null
  from: string | null
  to: string | null
  at: string
}

const MAX_CONTACTS = 60
const MAX_WORKFLOWS = 30
const MAX_MOVES = 12
const MAX_BYTES = 7900

/** Splits what happened in one tenant into notices that fit. */
export function noticesOf(notice: LiveNotice): string[] {
  const contacts = chunks(notice.contacts, MAX_CONTACTS)
  const workflows = chunks(notice.workflows, MAX_WORKFLOWS)
  const count = Math.max(1, contacts.length, workflows.length)
  return Array.from({ length: count }, (_, index) => {
    const own = workflows[index] ?? []
    const moves = notice.moves.filter((move) => own.includes(move.workflowId)).slice(0, MAX_MOVES)
    return fit({ ...notice, contacts: contacts[index] ?? [], workflows: own, moves })
  })
}

function fit(notice: LiveNotice): string {
  const text = JSON.stringify(notice)
  return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify({ ...notice, moves: [] })
}

function chunks<Item>(items: Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
