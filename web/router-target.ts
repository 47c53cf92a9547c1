// Addresses that may be opened after signing in.

/** An address inside the app, or the first page: a link must not lead a fresh sign-in elsewhere. */
export function safeTarget(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : '/workflows'
}
