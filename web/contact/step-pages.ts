// Which pages of a long journal are needed to show a part of it. Pure.

/** Steps of one page; a page ends at a multiple of it, so that it is asked for once and never again. */
export const PAGE = 100

/** Numbers of the pages that hold the Steps from one to another, both counted from 1. */
export function pagesFor(from: number, to: number): number[] {
  const first = Math.floor((Math.max(1, from) - 1) / PAGE)
  const last = Math.floor((Math.max(1, to) - 1) / PAGE)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The Step that a page lies before. */
export const endOf = (page: number): number => (page + 1) * PAGE + 1

/** Every Step of the contact's own, the newest first, then those of contacts that became it, as far as they are known. */
export function rowsOf(total: number, known: Iterable<number>): number[] {
  const own = Array.from({ length: total }, (_, index) => total - index)
  const others = [...known].filter((seq) => seq < 1).toSorted((left, right) => right - left)
  return [...own, ...others]
}

/** The Step beside the given one in the list, where there is one. */
export function beside(rows: readonly number[], seq: number, by: 1 | -1): number | null {
  const index = rows.indexOf(seq)
  return index < 0 ? null : (rows[index + by] ?? null)
}
