// What is asked about a sender domain.

export interface DomainQuestion {
  domain: string
  /** Who sends for it, as the tenant's channels say: `smtp`, `sendgrid`, `ses`. */
  providers: readonly string[]
  /** Selectors that are asked for beside the usual ones. */
  selectors: readonly string[]
}
