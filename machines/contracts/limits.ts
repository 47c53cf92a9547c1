// How large what is kept may grow, in bytes of JSON. Beyond it the contact stops with a reason, and nobody else does.

/** A contact's snapshot; beyond it SNAPSHOT_TOO_LARGE. */
export const MAX_SNAPSHOT_BYTES = 1024 * 1024

/** A Step's journal entry; beyond it JOURNAL_TOO_LARGE. It holds the event (256 KiB) and what came of it. */
export const MAX_JOURNAL_BYTES = 512 * 1024
