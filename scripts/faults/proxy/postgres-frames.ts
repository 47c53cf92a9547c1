// The PostgreSQL wire protocol, as far as a proxy must read it: where a message begins and ends, and which it is.
// Source: PostgreSQL documentation, chapter "Frontend/Backend Protocol", version 3.0.

export interface Frame {
  /** The message's letter; empty for the first one of a client, which has none. */
  type: string
  bytes: Buffer
}

const EMPTY: Buffer = Buffer.alloc(0)

/** Splits a stream into messages. `isClient` streams begin with a message that has no letter. */
export function createFrameReader(isClient: boolean): (chunk: Buffer) => Frame[] {
  let rest: Buffer = EMPTY
  let isFirst = isClient
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Frame[] = []
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) break
      const size = head + rest.readUInt32BE(head)
      if (rest.length < size) break
      frames.push({
        type: isFirst ? '' : String.fromCharCode(rest[0] ?? 0),
        bytes: rest.subarray(0, size),
      })
      rest = rest.subarray(size)
      isFirst = false
    }
    return frames
  }
}

/** The text that begins at `offset` and ends with a zero byte. */
function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset)
  return bytes.toString('utf8', offset, end < 0 ? bytes.length : end)
}

/** `application_name` of a client's first message. */
export function readApplication({ bytes }: Frame): string {
  const words = bytes.toString('utf8', 8).split('\0')
  const at = words.indexOf('application_name')
  return at < 0 ? '' : (words[at + 1] ?? '')
}

/** Name of the prepared statement that a Bind names; empty for the unnamed one. */
export function readBoundStatement({ bytes }: Frame): string {
  const portal = textAt(bytes, 5)
  return textAt(bytes, 5 + Buffer.byteLength(portal) + 1)
}

/** Text of a simple query. */
export function readQuery({ bytes }: Frame): string {
  return textAt(bytes, 5)
}

/** Tag of a finished statement, e.g. `COMMIT` or `INSERT 0 1`. */
export function readTag({ bytes }: Frame): string {
  return textAt(bytes, 5)
}

/** Channel of a notification. */
export function readChannel({ bytes }: Frame): string {
  return textAt(bytes, 9)
}

/** True for ReadyForQuery outside of a transaction. */
export function isIdle({ type, bytes }: Frame): boolean {
  return type === 'Z' && bytes[5] === 'I'.charCodeAt(0)
}

/** The id of the worker that a Bind carries; null where it carries none. */
export function readWorkerId({ bytes }: Frame): string | null {
  return /wrk_[0-9a-z]+/.exec(bytes.toString('latin1'))?.[0] ?? null
}
