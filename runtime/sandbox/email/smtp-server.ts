// A real mail server on a port of its own. It takes mails for everybody and gives them to the viewer.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Answer } from '../script.ts'
import { acceptMail, refuseMail, type Send, takeAnswer } from './accept.ts'
import type { MailContext } from './context.ts'
import type { MailAccount } from './record.ts'

const MAX_BYTES = 30 * 1024 * 1024

export interface MailServer {
  port: number
  close(): Promise<void>
}

/** Opens it on the port of last time, or on any when somebody else has that. */
export async function openMailServer(context: MailContext): Promise<MailServer> {
  const answers = new WeakMap<SMTPServerSession, Answer>()
  const server = new SMTPServer({
    banner: 'sandbox',
    size: MAX_BYTES,
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    hideREQUIRETLS: true,
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, reply) => {
      const account = accountOf(context, username)
      if (account && (account.password ?? 'sandbox') === password) reply(null, { user: account.id })
      else reply(refusal(535, '5.7.8 Authentication credentials invalid'))
    },
    onMailFrom: (_address, session, reply) => {
      const mustSignIn = [...context.store.state.accounts.values()].some(({ user }) => user)
      if (mustSignIn && !session.user) reply(refusal(530, '5.7.0 Authentication required'))
      else reply()
    },
    onRcptTo: ({ address }, session, reply) => {
      const answer =
        answers.get(session) ?? takeAnswer(context, { provider: 'smtp', to: [address] })
      answers.set(session, answer)
      if (answer.status === undefined) reply()
      else {
        answers.delete(session)
        const code = smtpCode(answer.status)
        const send = sendOf(session, { to: [address], raw: Buffer.alloc(0) }, context)
        void refuseMail(send, { answer: code, error: 'as scripted' }, context).then(() =>
          reply(refusal(code, 'as scripted')),
        )
      }
    },
    onData: (stream, session, reply) => {
      const answer = answers.get(session) ?? {}
      answers.delete(session)
      receive(stream, { session, answer, server, context }).then(
        (line) => reply(null, line),
        (error: unknown) => reply(error as Error),
      )
    },
  })
  // A client that goes away in the middle is its own affair.
  server.on('error', () => {})
  await listen(server, context)
  const { port } = server.server.address() as AddressInfo
  if (port !== context.store.state.port) context.store.append([{ type: 'port', port }])
  return { port, close: () => new Promise((resolve) => server.close(resolve)) }
}

async function listen(server: SMTPServer, { store, host }: MailContext): Promise<void> {
  const tryPort = async (port: number): Promise<void> => {
    server.server.listen(port, host)
    await once(server.server, 'listening')
  }
  await tryPort(store.state.port).catch(() => tryPort(0))
}

interface Reception {
  session: SMTPServerSession
  answer: Answer
  server: SMTPServer
  context: MailContext
}

async function receive(
  stream: SMTPServerDataStream,
  { session, answer, server, context }: Reception,
): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  if (stream.sizeExceeded) throw refusal(552, '5.3.4 Message size exceeds fixed maximum')
  const to = session.envelope.rcptTo.map(({ address }) => address)
  const send = sendOf(session, { to, raw: Buffer.concat(chunks) }, context)
  if (answer.reset === 'before') {
    await refuseMail(send, { answer: 'reset before', error: null }, context)
    return cut(server, session)
  }
  const mail = await acceptMail(send, answer, context)
  if (answer.hang)
    await wait(answer.hang, null, { signal: context.closing, ref: false }).catch(() => null)
  return answer.reset === 'after' ? cut(server, session) : `2.0.0 Ok: queued as ${mail.id}`
}

/** Ends the connection without a word. */
function cut(server: SMTPServer, session: SMTPServerSession): string {
  const connection = [...server.connections].find((one) => one.session === session)
  connection?._socket.resetAndDestroy()
  return ''
}

function sendOf(
  session: SMTPServerSession,
  { to, raw }: Pick<Send, 'to' | 'raw'>,
  context: MailContext,
): Send {
  const { mailFrom } = session.envelope
  const account = accountOf(context, typeof session.user === 'string' ? session.user : undefined)
  return {
    provider: 'smtp',
    account: account ?? { id: 'smtp', provider: 'smtp' },
    from: mailFrom ? mailFrom.address : '',
    to,
    tags: {},
    raw,
  }
}

/** By the name it signs in with, or by its id; the one registered last for those who do not sign in. */
function accountOf({ store }: MailContext, name: string | undefined): MailAccount | undefined {
  const accounts = [...store.state.accounts.values()].filter(({ provider }) => provider === 'smtp')
  if (name === undefined) return accounts.at(-1)
  const known = accounts.find(({ id, user }) => user === name || id === name)
  return known ?? (name === 'sandbox' ? { id: 'smtp', provider: 'smtp' } : undefined)
}

/** A status of an HTTP provider stands for the nearest of SMTP. */
function smtpCode(status: number): number {
  if (status === 429) return 421
  return [500, 502, 503, 504].includes(status) ? 451 : status
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
