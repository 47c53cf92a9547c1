// Names of the NOTIFY channels. A lost notice costs a poll interval, never work (F24).

export const CHANNELS = {
  /** Envelopes wait. */
  mailbox: 'fluxo_mailbox',
  /** Effects wait. */
  outbox: 'fluxo_outbox',
  /** Shards are free: a worker left or made room. */
  leases: 'fluxo_leases',
  /** Something that people may be watching changed; payload: LiveNotice as JSON. */
  live: 'fluxo_live',
  /** Who has a workflow open, and that it was saved; payload: EditorsWord as JSON. */
  editors: 'fluxo_editors',
  /** A tenant's workflows or channels changed; payload: tenant id. */
  library: 'fluxo_library',
} as const
