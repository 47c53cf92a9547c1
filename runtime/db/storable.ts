// Text that comes from an error or a provider and goes into a column.

const LONGEST = 2000

/** The text without NUL, which PostgreSQL refuses, and cut where it grows endless. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '').slice(0, LONGEST).toWellFormed()
}
