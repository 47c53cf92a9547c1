// One client of the live feed, from its opening to its close: its topics, its pace, and when it has to go.

import {
  type ClientMessage,
  ClientMessageSchema,
  type Here,
  type ServerMessage,
} from '#machines/contracts/live.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'
import { createOutlet, type Outlet } from './outlet.ts'
import { createPresence, editorsTopic, type Presence } from './presence.ts'
import { CLOSE, type LiveTiming } from './timing.ts'

/** The part of a WebSocket that a connection uses. */
export interface ClientSocket {
  readonly bufferedAmount: number
  send(text: string): void
  close(code: number, reason: string): void
  terminate(): void
}

export interface ConnectionOptions {
  socket: ClientSocket
  actor: Actor
  /** Names this line to those who see the person in a workflow. */
  connectionId: string
  /** Of the person. */
  name: string
  mayEdit: boolean
  live: Runtime['live']
  timing: LiveTiming
  serialize: (message: ServerMessage) => string
  now: () => number
  /** Told of a topic that could not be followed for a reason of ours. */
  onFailure: (error: unknown) => void
}

interface Topic {
  outlet: Outlet
  stop: (() => void) | null
  ended: boolean
}

const MAX_BAD_MESSAGES = 10

export class Connection {
  readonly #options: ConnectionOptions
  readonly #topics = new Map<string, Topic>()
  readonly #presence: Presence
  #closing: NodeJS.Timeout | undefined
  #ended = false
  #bad = 0
  #heard = 0
  #windowStart = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { timing } = options
    const isFollowed = (name: string): boolean => Boolean(this.#topics.get(name)?.stop)
    this.#presence = createPresence({ ...options, spacingMs: timing.spacingMs, isFollowed })
  }

  /** A frame of the client. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#ended || this.#isFlooding()) return
    if (isBinary) return this.close(CLOSE.unsupported, 'text only')
    const message = readMessage(data)
    if (message === null) return this.#refuse()
    if ('ping' in message) this.#send({ type: 'pong', ping: message.ping })
    else if ('here' in message) this.#place(message.here)
    else if ('subscribe' in message) void this.#subscribe(message.subscribe)
    else this.#unsubscribe(message.unsubscribe)
  }

  /** Says goodbye, and cuts the line of a client that does not hear it. */
  close(code: number, reason: string): void {
    if (this.#ended) return
    this.#end()
    const { socket, timing } = this.#options
    socket.close(code, reason)
    this.#closing = setTimeout(() => socket.terminate(), timing.lingerMs)
  }

  /** The line is gone. */
  closed(): void {
    this.#end()
    clearTimeout(this.#closing)
  }

  #end(): void {
    this.#ended = true
    this.#presence.close()
    for (const name of this.#topics.keys()) this.#drop(name)
  }

  async #subscribe(name: string): Promise<void> {
    const { timing, live, actor } = this.#options
    if (this.#topics.has(name)) return this.#subscribed(name)
    if (this.#topics.size >= timing.maxTopics) {
      const message = `No more than ${timing.maxTopics} topics`
      return this.#send({ type: 'error', code: 'RATE_LIMITED', message, topic: name })
    }
    const send = (message: ServerMessage): void => this.#send(message)
    const topic: Topic = {
      outlet: createOutlet({ send, spacingMs: timing.spacingMs }),
      stop: null,
      ended: false,
    }
    this.#topics.set(name, topic)
    try {
      const stop = await live.follow(actor, name, (message) => {
        if (!topic.ended) topic.outlet.offer(message)
      })
      if (topic.ended) return stop()
      topic.stop = stop
      this.#subscribed(name)
      topic.outlet.open()
      this.#presence.followed(name)
    } catch (error) {
      if (!topic.ended) this.#failed(name, error)
    }
  }

  #subscribed(name: string): void {
    const { connectionId } = this.#options
    const own = name.startsWith(editorsTopic('')) ? { connectionId } : {}
    this.#send({ type: 'subscribed', topic: name, ...own })
  }

  /** What is said before the topic is followed waits for it; what belongs to none is refused. */
  #place(here: Here): void {
    const topic = editorsTopic(here.workflowId)
    if (this.#topics.has(topic)) return this.#presence.say(here)
    const message = `Follow ${topic} first`
    this.#send({ type: 'error', code: 'REQUEST_INVALID', message, topic })
  }

  #unsubscribe(name: string): void {
    this.#drop(name)
    this.#send({ type: 'unsubscribed', topic: name })
  }

  #drop(name: string): void {
    const topic = this.#topics.get(name)
    if (topic === undefined) return
    this.#topics.delete(name)
    this.#presence.left(name)
    topic.ended = true
    topic.outlet.close()
    topic.stop?.()
  }

  #failed(name: string, error: unknown): void {
    this.#drop(name)
    const known = isFluxoError(error)
    if (!known || error.status >= 500) this.#options.onFailure(error)
    const code = known ? error.code : 'INTERNAL'
    const message = known ? error.message : 'Something broke on our side'
    this.#send({ type: 'error', code, message, topic: name })
  }

  #refuse(): void {
    if (++this.#bad > MAX_BAD_MESSAGES) return this.close(CLOSE.policy, 'malformed messages')
    this.#send({ type: 'error', code: 'REQUEST_INVALID', message: 'The message is not valid' })
  }

  #isFlooding(): boolean {
    const { timing, now } = this.#options
    if (now() - this.#windowStart >= timing.floodWindowMs) {
      this.#windowStart = now()
      this.#heard = 0
    }
    if (++this.#heard <= timing.maxMessages) return false
    this.close(CLOSE.policy, 'too many messages')
    return true
  }

  #send(message: ServerMessage): void {
    if (this.#ended) return
    const { socket, serialize, timing } = this.#options
    if (socket.bufferedAmount > timing.maxBuffered) {
      return this.close(CLOSE.tryLater, 'reads too slowly')
    }
    socket.send(serialize(message))
  }
}

function readMessage(data: Buffer): ClientMessage | null {
  try {
    const parsed = ClientMessageSchema.safeParse(JSON.parse(data.toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
