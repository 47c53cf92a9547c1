// Letters over SMTP: connections are kept per server and account, go through the egress guard, and are encrypted
// unless they stay on this machine.

import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import type { SMTPPoolOptions, Transporter } from 'nodemailer'
import { openGuardedSocket, type SocketGuard } from '../../../egress/guarded-socket.ts'
import type { ChannelCheck, OpenChannel, Outcome, PerformContext } from '../../connector.ts'
import type { Letter } from '../letter.ts'
import { mailOptionsOf } from '../mime.ts'
import type { EmailProvider } from '../provider.ts'
import { CREDENTIALS, readSmtpFailure } from './outcome.ts'
import { serverOf, type SmtpServer } from './server.ts'

export interface SmtpOptions {
  /** `smtp://127.0.0.1:2525`: where every server is reached instead. */
  instead?: string | undefined
  /** `host:port` that may be reached although private. */
  allow?: readonly string[]
  resolve?: SocketGuard['resolve']
  /** How long an answer may take; default 15,000. */
  timeoutMs?: number
}

/** Submission, submission over TLS, its common twin, and the plain one between servers. */
const PORTS = [587, 465, 2525, 25]
const TIMEOUT_MS = 15_000
const IDLE_MS = 30_000
const MOST_SERVERS = 200

export function createSmtp(options: SmtpOptions): EmailProvider {
  const guard = guardOf(options)
  const open = new LRUCache<string, Transporter>({
    max: MOST_SERVERS,
    dispose: (transporter) => transporter.close(),
  })

  async function transporterOf(server: SmtpServer): Promise<Transporter> {
    const key = createHash('sha256').update(JSON.stringify(server)).digest('base64')
    const known = open.get(key)
    if (known) return known
    const transporter = await createTransporter(server, guard, options.timeoutMs ?? TIMEOUT_MS)
    open.set(key, transporter)
    return transporter
  }

  return {
    send: async (letter, channel, context) => {
      const server = serverOf(channel, options.instead)
      if (typeof server === 'string') return missing(server)
      return deliver(await transporterOf(server), letter, context)
    },
    check: async (channel) => {
      const server = serverOf(channel, options.instead)
      if (typeof server === 'string') return { ok: false, ...fieldOf(server) }
      return verify(await transporterOf(server), channel)
    },
    close: async () => open.clear(),
  }
}

function guardOf({ instead, allow = [], resolve }: SmtpOptions): SocketGuard {
  // What the operator named for all servers is allowed by that.
  const own = instead === undefined ? [] : [new URL(instead).host.toLowerCase()]
  return { allow: [...allow, ...own], ports: PORTS, ...(resolve && { resolve }) }
}

async function createTransporter(
  { host, port, security, user, password }: SmtpServer,
  guard: SocketGuard,
  timeoutMs: number,
): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== null && { auth: { user, pass: password }, forceAuth: true }),
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    idleTimeout: IDLE_MS,
    // Whether a letter may go again is decided where its effect is (I6).
    maxRequeues: 0,
    getSocket: socketsTo({ host, port }, guard),
  }
  const transporter = createTransport(options)
  transporter.use('stream', (mail, done) => {
    const { message } = mail
    const create = message.createReadStream.bind(message)
    const { onStream } = mail.data as Watched
    message.createReadStream = (...given: Parameters<typeof create>) => {
      const stream = create(...given)
      onStream?.(stream)
      return stream
    }
    done()
  })
  return transporter as Transporter
}

/** Connections past the egress guard, each judged anew. */
function socketsTo(
  where: Pick<SmtpServer, 'host' | 'port'>,
  guard: SocketGuard,
): NonNullable<SMTPPoolOptions['getSocket']> {
  type Callback = Parameters<NonNullable<SMTPPoolOptions['getSocket']>>[1]
  async function open(callback: Callback): Promise<void> {
    const opened = await openGuardedSocket(where, guard).catch((error: unknown) => error as Error)
    if (opened instanceof Error) callback(opened as never)
    else callback(null, { connection: opened })
  }
  return (_options, callback) => void open(callback)
}

interface Watched {
  /** Told of the stream of the letter's bytes; nobody reads it before the server says that it is ready for them. */
  onStream?: (stream: Readable) => void
}

async function deliver(
  transporter: Transporter,
  letter: Letter,
  { signal }: PerformContext,
): Promise<Outcome> {
  let bytes: Readable | null = null
  const watched: Watched = { onStream: (stream) => (bytes = stream) }
  const envelope = { from: letter.from.address, to: [letter.to] }
  const wasStarted = (): boolean => (bytes as Readable | null)?.readableDidRead ?? false
  try {
    const mail = { ...mailOptionsOf(letter), ...watched, envelope, signal }
    const { response } = (await transporter.sendMail(mail)) as { response: string }
    const output = { message_id: letter.messageId, response: response.slice(0, 500) }
    return { type: 'accepted', providerMessageId: letter.messageId, output }
  } catch (failure) {
    return readSmtpFailure(failure, wasStarted())
  }
}

async function verify(transporter: Transporter, { address }: OpenChannel): Promise<ChannelCheck> {
  try {
    await transporter.verify()
    return { ok: true, displayAddress: address }
  } catch (failure) {
    const { error } = readSmtpFailure(failure, false)
    const isSignIn = error.code === CREDENTIALS
    return { ok: false, error, field: isSignIn ? 'secrets.password' : 'config.host' }
  }
}

function missing(sentence: string): Outcome {
  return { type: 'failed', error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message: sentence } }
}

function fieldOf(sentence: string): { error: { code: string; message: string }; field: string } {
  const field = sentence.slice(0, sentence.indexOf(':'))
  return { error: { code: 'EMAIL_CHANNEL_INCOMPLETE', message: sentence }, field }
}
