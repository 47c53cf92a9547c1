// HMAC-SHA256 signatures of webhooks in the form `sha256=<hex>`: making them and checking them in constant time.

import { createHmac, timingSafeEqual } from 'node:crypto'

/** Exactly what Meta sends and what our own intake asks for: lower-case hex, nothing around it. */
const EXACT_FORM = /^sha256=[0-9a-f]{64}$/

/**
 * Signs the concatenation of `parts`.
 * @param parts text (as UTF-8) or raw bytes, in order.
 * @returns `sha256=<64 lower-case hex digits>`.
 * @throws {TypeError} when the secret is empty: an empty key signs for everybody.
 */
export function sign(secret: string, parts: readonly (string | Buffer)[]): string {
  if (secret === '') throw new TypeError('A signature needs a secret that is not empty')
  const hmac = createHmac('sha256', secret)
  for (const part of parts) hmac.update(part)
  return `sha256=${hmac.digest('hex')}`
}

/**
 * Tells whether `signature` was made over `parts` with one of `secrets` (several while one is
 * being rotated). Fails closed: no secret, an empty secret or any other form of the header is
 * a no. Every secret is tried, so that time does not tell which one matched.
 */
export function isSigned(
  signature: string,
  parts: readonly (string | Buffer)[],
  secrets: readonly string[],
): boolean {
  if (!EXACT_FORM.test(signature)) return false
  const given = Buffer.from(signature, 'latin1')
  let matched = false
  for (const secret of secrets) {
    if (secret === '') continue
    if (timingSafeEqual(given, Buffer.from(sign(secret, parts), 'latin1'))) matched = true
  }
  return matched
}

/**
 * Tells whether two secrets are equal without telling where they differ.
 * An empty expectation never matches.
 */
export function isSameSecret(given: string, expected: string): boolean {
  if (expected === '') return false
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
