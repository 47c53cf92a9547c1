// How much one machine may send: mails a minute, by its address. What is over it is told to come back.

const WINDOW_MS = 60_000
const MOST_SENDERS = 10_000

export interface SenderLimit {
  /** Counts one. @returns false when it is one too many */
  take(address: string, now: number): boolean
}

export function createSenderLimit(mostPerMinute: number): SenderLimit {
  const windows = new Map<string, { since: number; count: number }>()
  return {
    take: (address, now) => {
      const known = windows.get(address)
      const isOpen = known !== undefined && now - known.since < WINDOW_MS
      const window = isOpen ? known : { since: now, count: 0 }
      window.count += 1
      windows.delete(address)
      windows.set(address, window)
      const [oldest] = windows.keys()
      if (windows.size > MOST_SENDERS && oldest !== undefined) windows.delete(oldest)
      return window.count <= mostPerMinute
    },
  }
}
