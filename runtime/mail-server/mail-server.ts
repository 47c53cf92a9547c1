// A mail server for those who host themselves: it takes mail for addresses of channels and for nobody else, and says
// 250 only when the mail is in PostgreSQL (I1).

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { type ChannelIntakeOptions, storeInbox } from '../commands/webhooks/channel-intake.ts'
import type { OpenChannel } from '../connectors/connector.ts'
import { createEmailInbound, type EmailInbound } from '../connectors/email/inbound.ts'
import { parseMail } from '../connectors/email/inbound-mail.ts'
import type { FileKeeper } from '../connectors/file-keeper.ts'
import type { Logger } from '../log.ts'
import { createFileKeeper } from '../media/file-keeper.ts'
import { createMailboxLookup } from './find-mailboxes.ts'
import { createSenderLimit, type SenderLimit } from './sender-limit.ts'

export interface MailServerConfig {
  port: number
  host: string
  /** PEM; left out: nothing is encrypted. */
  tls?: { key: string; cert: string } | undefined
}

export interface MailServerParts extends Omit<ChannelIntakeOptions, 'connectors'> {
  logger: Logger
}

export interface MailServer {
  port: number
  close(): Promise<void>
}

const MAX_BYTES = 25 * 1024 * 1024
/** Of all mails that are being read. */
const MOST_BYTES = 128 * 1024 * 1024
const MOST_RECIPIENTS = 20
const MOST_CLIENTS = 200
const MOST_PER_MINUTE = 120
const SOCKET_TIMEOUT_MS = 60_000
const CLOSE_MS = 5_000

interface Desk extends MailServerParts {
  inbound: EmailInbound
  files: FileKeeper
  limit: SenderLimit
  findMailbox: (address: string) => Promise<OpenChannel | null>
  /** Bytes of mails that are being read. */
  room: { used: number }
}

/**
 * Starts the server.
 * @throws {Error} with Node's code, e.g. EADDRINUSE, EACCES
 */
export async function startMailServer(
  { port, host, tls }: MailServerConfig,
  parts: MailServerParts,
): Promise<MailServer> {
  const desk: Desk = {
    ...parts,
    inbound: createEmailInbound({ providerUrls: {} }),
    files: createFileKeeper(parts.pool),
    limit: createSenderLimit(MOST_PER_MINUTE),
    findMailbox: createMailboxLookup(parts.pool, parts.secretBox),
    room: { used: 0 },
  }
  const server = new SMTPServer({
    ...tls,
    logger: false,
    banner: 'FluxoLab',
    size: MAX_BYTES,
    disabledCommands: ['AUTH', ...(tls ? [] : ['STARTTLS'])],
    disableReverseLookup: true,
    hideREQUIRETLS: true,
    maxClients: MOST_CLIENTS,
    maxRecipients: MOST_RECIPIENTS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    closeTimeout: CLOSE_MS,
    onMailFrom: (_address, session, reply) => {
      if (desk.limit.take(session.remoteAddress, Date.now())) reply()
      else reply(refusal(421, '4.7.0 Too many mails; come back later'))
    },
    onRcptTo: ({ address }, _session, reply) => {
      desk.findMailbox(address).then(
        (channel) => reply(channel ? null : refusal(550, '5.1.1 No such mailbox')),
        () => reply(refusal(451, '4.3.0 Try again later')),
      )
    },
    onData: (stream, session, reply) => {
      takeMail(stream, session, desk).then(
        () => reply(null, '2.0.0 Ok'),
        (error: unknown) => reply(asRefusal(error, desk)),
      )
    },
  })
  // Clients that go away in the middle.
  server.on('error', (error: Error) =>
    parts.logger.debug({ err: error }, 'a mail client went away'),
  )
  server.server.listen(port, host)
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function takeMail(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  desk: Desk,
): Promise<void> {
  const raw = await readAll(stream, desk.room)
  const recipients = envelope.rcptTo.map(({ address }) => address)
  const mail = await parseMail(raw)
  // A mail to two channels is a message on each.
  const channels = new Map<string, OpenChannel>()
  for (const address of recipients) {
    const channel = await desk.findMailbox(address)
    if (channel) channels.set(channel.id, channel)
  }
  if (channels.size === 0) throw refusal(550, '5.1.1 No such mailbox')
  for (const channel of channels.values()) {
    const context = { egress: desk.egress, now: new Date(), files: desk.files }
    const received = { mail, recipients, verdicts: {} }
    const inbox = await desk.inbound.readReceived(received, channel, context)
    await storeInbox(desk, { channel, inbox, rawBody: raw })
  }
}

async function readAll(stream: SMTPServerDataStream, room: { used: number }): Promise<Buffer> {
  const chunks: Buffer[] = []
  let held = 0
  let isFull = false
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      isFull ||= room.used + chunk.length > MOST_BYTES
      // The rest is read and forgotten: the client listens only when it has said all.
      if (isFull || stream.sizeExceeded) continue
      chunks.push(chunk)
      held += chunk.length
      room.used += chunk.length
    }
    if (stream.sizeExceeded) throw refusal(552, '5.3.4 The mail is too large')
    if (isFull) throw refusal(452, '4.3.1 Too much at once; try again later')
    return Buffer.concat(chunks)
  } finally {
    room.used -= held
  }
}

function asRefusal(error: unknown, { logger }: Desk): Error {
  if (error instanceof Error && 'responseCode' in error) return error
  if (isFluxoError(error, 'WEBHOOK_BODY_INVALID'))
    return refusal(554, '5.6.0 The mail cannot be read')
  logger.warn({ err: error }, 'a mail could not be taken')
  return refusal(451, '4.3.0 Try again later')
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
