// Stands in for the package `pg`: the same pools and clients, over a network that the world delays, cuts and keeps
// answers from. What the core calls is here and nothing else.

import type { Answer, Request, Session } from './types.ts'
import { EventEmitter } from 'node:events'
import { theWorld } from '../world/platform.ts'
import type { SimulatedProcess } from '../world/world.ts'
import { type Link, theNetwork } from './network.ts'
import { execute } from './session.ts'

interface Config {
  max?: number
  statement_timeout?: number
  query_timeout?: number
  idle_in_transaction_session_timeout?: number
  connectionTimeoutMillis?: number
  /** Queries leave without waiting for the answers of those before them. */
  pipeline?: boolean
}

interface QueryConfig {
  name?: string
  text: string
  values?: unknown[]
  query_timeout?: number
}

interface Job {
  request: Request
  isSeveral: boolean
  limit: number | undefined
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

const NO_LIMIT = 10 ** 9

/** One connection; its queries go one after the other. */
export class Client extends EventEmitter {
  readonly connection = { stream: { destroy: () => this.cut() } }
  private session: Session | null = null
  private readonly config: Config
  private readonly process: SimulatedProcess | null
  private readonly jobs: Job[] = []
  /** Sent, and not yet answered. */
  private readonly sent: Job[] = []
  private readonly arrived: { job: Job; link: Link }[] = []
  private isServing = false
  /** Nothing overtakes on a connection. */
  private arrivesAt = 0
  private answersAt = 0
  private isEnding = false
  processID: number | null = null
  /** Given by the pool that lends it. */
  release: (error?: unknown) => void = () => {}

  constructor(config: Config = {}) {
    super()
    this.config = config
    this.process = theWorld().current()
  }

  async connect(): Promise<void> {
    const { statement_timeout = NO_LIMIT, idle_in_transaction_session_timeout = NO_LIMIT } =
      this.config
    const limits = {
      statement: statement_timeout || NO_LIMIT,
      idle: idle_in_transaction_session_timeout || NO_LIMIT,
    }
    this.session = await theNetwork().connect(
      this.owner(),
      limits,
      this.config.connectionTimeoutMillis,
    )
    this.processID = this.session.id
    this.session.onEnd = (error) => this.hearEnd(error)
    this.session.onNotice = (notice) => this.emit('notification', notice)
  }

  private owner(): SimulatedProcess {
    if (!this.process) throw new Error('a connection belongs to a process')
    return this.process
  }

  query(given: string | QueryConfig, values?: unknown[]): Promise<unknown> {
    const config = typeof given === 'string' ? { text: given } : given
    const request: Request = {
      name: (config as QueryConfig).name ?? null,
      text: config.text,
      values: values ?? (config as QueryConfig).values ?? [],
    }
    const isSeveral = request.values.length === 0 && /;\s*\S/.test(request.text)
    const limit = (config as QueryConfig).query_timeout ?? this.config.query_timeout
    return new Promise((resolve, reject) => {
      this.jobs.push({ request, isSeveral, limit, resolve, reject })
      this.pump()
    })
  }

  /** Sends what may go: everything in a pipeline, else one after the other's answer. */
  private pump(): void {
    while (this.jobs.length > 0 && (this.config.pipeline || this.sent.length === 0)) {
      const job = this.jobs.shift() as Job
      if (!this.session || this.session.isEnded || this.isEnding)
        job.reject(new Error('Client has encountered a connection error and is not queryable'))
      else {
        this.sent.push(job)
        this.send(this.session, job)
      }
    }
  }

  /** The way of a request to the server. What has left arrives, even if its sender dies meanwhile. */
  private send(session: Session, job: Job): void {
    const [world, network] = [theWorld(), theNetwork()]
    const link = network.linkFor(session.process, job.request)
    if (job.limit !== undefined && link.isSilent)
      world.schedule(job.limit, session.process, () =>
        this.hear(job, new Error('Query read timeout')),
      )
    this.arrivesAt = Math.max(this.arrivesAt, world.now() + link.there)
    world.schedule(this.arrivesAt - world.now(), null, () => {
      if (session.isEnded) return
      if (link.cut === 'before') return network.server.cut(session)
      this.arrived.push({ job, link })
      this.serve(session)
      return undefined
    })
  }

  /** On the server: one request after the other, and the way of each answer back. */
  private serve(session: Session): void {
    const next = this.isServing ? undefined : this.arrived.shift()
    if (!next || session.isEnded) return
    const { job, link } = next
    const { server } = theNetwork()
    this.isServing = true
    execute(server, session, job.request, (answer) => {
      this.isServing = false
      noteAnswer(session, job.request, answer)
      if (link.cut === 'after') server.cut(session)
      else if (!link.isSilent && !session.isEnded) this.answer(session, job, { link, answer })
      this.serve(session)
    })
  }

  private answer(
    session: Session,
    job: Job,
    { link, answer }: { link: Link; answer: Answer | Error },
  ): void {
    const world = theWorld()
    this.answersAt = Math.max(this.answersAt, world.now() + link.back)
    world.schedule(this.answersAt - world.now(), session.process, () => this.hear(job, answer))
  }

  private hear(job: Job, answer: Answer | Error): void {
    if (this.sent[0] !== job) return
    this.sent.shift()
    if (answer instanceof Error) job.reject(answer)
    else {
      job.resolve(job.isSeveral ? [{ command: 'BEGIN', rows: [], rowCount: 0 }, answer] : answer)
    }
    this.pump()
  }

  /** The other side went; who waits for an answer hears it first. */
  private hearEnd(error: Error): void {
    const world = theWorld()
    world.schedule(theNetwork().delay(), this.process, () => {
      const sent = this.sent.splice(0)
      const broken = new Error('Connection terminated unexpectedly')
      for (const job of sent) job.reject(broken)
      if (!this.isEnding) this.emit('error', sent.length > 0 ? broken : error)
      this.emit('end')
      this.pump()
    })
  }

  /** Ends the connection at once from this side. */
  private cut(): void {
    const { session } = this
    if (!session || session.isEnded) return
    this.isEnding = true
    theWorld().schedule(theNetwork().delay(), null, () => theNetwork().server.cut(session))
  }

  async end(): Promise<void> {
    this.isEnding = true
    const { session } = this
    if (!session || session.isEnded) return
    await new Promise<void>((resolve) => {
      theWorld().schedule(theNetwork().delay(), this.process, () => {
        session.onEnd = null
        theNetwork().server.cut(session)
        this.emit('end')
        resolve()
      })
    })
  }
}

function noteAnswer(
  { id, process }: Session,
  { name, text }: Request,
  answer: Answer | Error,
): void {
  const what =
    answer instanceof Error ? `! ${answer.message}` : `${answer.command} ${answer.rowCount}`
  theWorld().note(`${process.name}#${id} ${name ?? text.slice(0, 40)} ${what}`)
}

interface Asking {
  resolve: (client: Client) => void
  reject: (error: Error) => void
}

/** Lends connections, as many as it may have. */
export class Pool extends EventEmitter {
  readonly options: Config
  private readonly idle: Client[] = []
  private readonly asking: Asking[] = []
  private count = 0
  private isEnded = false

  constructor(options: Config = {}) {
    super()
    this.options = options
  }

  get totalCount(): number {
    return this.count
  }

  get idleCount(): number {
    return this.idle.length
  }

  get waitingCount(): number {
    return this.asking.length
  }

  async connect(): Promise<Client> {
    if (this.isEnded) throw new Error('Cannot use a pool after calling end on the pool')
    const client = this.idle.pop()
    if (client) return this.lend(client)
    if (this.count < (this.options.max ?? 10)) return this.open()
    return this.queueUp()
  }

  private async open(): Promise<Client> {
    this.count += 1
    const client = new Client(this.options)
    try {
      await client.connect()
    } catch (error) {
      this.count -= 1
      throw error
    }
    client.on('error', (error) => {
      if (!this.idle.includes(client)) return
      this.remove(client)
      this.emit('error', error)
    })
    this.emit('connect', client)
    return this.lend(client)
  }

  private queueUp(): Promise<Client> {
    return new Promise((resolve, reject) => {
      const asking: Asking = { resolve, reject }
      this.asking.push(asking)
      const limit = this.options.connectionTimeoutMillis
      if (!limit) return
      setTimeout(() => {
        const at = this.asking.indexOf(asking)
        if (at < 0) return
        this.asking.splice(at, 1)
        reject(new Error('timeout exceeded when trying to connect'))
      }, limit)
    })
  }

  private lend(client: Client): Client {
    let isLent = true
    client.release = (error) => {
      if (!isLent) throw new Error('Release called on client which has already been released')
      isLent = false
      if (error) {
        this.remove(client)
        void client.end()
      } else this.takeBack(client)
    }
    return client
  }

  private takeBack(client: Client): void {
    const next = this.asking.shift()
    if (next) next.resolve(this.lend(client))
    else this.idle.push(client)
  }

  private remove(client: Client): void {
    this.emit('remove', client)
    const at = this.idle.indexOf(client)
    if (at >= 0) this.idle.splice(at, 1)
    this.count -= 1
    const next = this.asking.shift()
    if (next) this.open().then(next.resolve, next.reject)
  }

  async query(given: string | QueryConfig, values?: unknown[]): Promise<unknown> {
    const client = await this.connect()
    try {
      const result = await client.query(given, values)
      client.release()
      return result
    } catch (error) {
      const isRefused = typeof (error as { code?: unknown }).code === 'string'
      client.release(isRefused ? undefined : error)
      throw error
    }
  }

  async end(): Promise<void> {
    this.isEnded = true
    await Promise.all(this.idle.splice(0).map((client) => client.end()))
  }
}

export const types = { setTypeParser: (): void => {} }
