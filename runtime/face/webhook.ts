// A public webhook as it came.

export interface WebhookRequest {
  /** The bytes as they came, before any parsing. */
  rawBody: Buffer
  /** Lower-case header names. */
  headers: Record<string, string | string[] | undefined>
}
