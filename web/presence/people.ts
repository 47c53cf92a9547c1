// Who of those who have a workflow open is where, and whose form is whose. Pure.

import type { Editor } from '#machines/contracts/live.ts'

/** Everybody but this page itself; another page of the same person is somebody else. */
export function othersOf(people: readonly Editor[], own: string | null): Editor[] {
  return people.filter(({ connectionId }) => connectionId !== own)
}

/**
 * The person in whose hands a node's form is: whoever has typed in it longest, as the server's clock has it, so that
 * every page says the same. Null when nobody has it, or this page itself.
 */
export function holderIn(
  people: readonly Editor[],
  own: string | null,
  nodeId: string,
): Editor | null {
  const typing = people.filter((one) => one.typing && one.nodeId === nodeId)
  const [first] = typing.toSorted((left, right) => orderOf(left).localeCompare(orderOf(right)))
  return first === undefined || first.connectionId === own ? null : first
}

const orderOf = ({ since, connectionId }: Editor): string => `${since} ${connectionId}`

/** One person in the header, however many pages they have open. */
export interface Person {
  userId: string
  name: string
  /** Where they are, the page with something in hand first. */
  nodeId: string | null
  typing: boolean
}

/** One each, by name, so that nobody jumps while moving about. */
export function personsOf(editors: readonly Editor[]): Person[] {
  const byUser = Map.groupBy(editors, ({ userId }) => userId)
  return [...byUser.values()]
    .flatMap((pages) => {
      const page =
        pages.find(({ typing }) => typing) ?? pages.findLast(({ nodeId }) => nodeId) ?? pages[0]
      return page ? [page] : []
    })
    .map(({ userId, name, nodeId, typing }) => ({ userId, name, nodeId, typing }))
    .toSorted(
      (left, right) => left.name.localeCompare(right.name) || (left.userId < right.userId ? -1 : 1),
    )
}
