// What every connector of messages owes, whoever its provider is. A connector inherits it by laying its own channel
// before it: once against its stand-in, once against the real provider where REAL_<NAME>_… variables are set.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '#machines/contracts/effect.ts'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { Arrival, MessageArrival, StatusArrival } from '../connectors/arrival.ts'
import type {
  Inbox,
  InboundRequest,
  OpenChannel,
  OutboundConnector,
  OutboundEffect,
  Outcome,
  ProviderTemplate,
} from '../connectors/connector.ts'
import { createEgress, type Egress } from '../egress/egress.ts'
import { findUnstorable, hostileBodiesFrom } from './hostile-bodies.ts'

/** A fault that the stand-in is asked for, and what it must mean. */
export interface FaultCase {
  name: string
  /** Answers laid out by `POST /script`. */
  answer: object
  type: Outcome['type']
  retryAfterMs?: number
  /** Whether the stand-in's record holds the message afterwards. */
  isTaken: boolean
}

/** What HTTP itself means: RFC 6585 §4, RFC 9110 §15.6; all else leaves open what happened (I6). */
export const HTTP_FAULTS: readonly FaultCase[] = [
  {
    name: 'too many requests, with Retry-After',
    answer: { status: 429, retryAfter: 7 },
    type: 'retry',
    retryAfterMs: 7000,
    isTaken: false,
  },
  {
    name: 'a hang beyond the time limit',
    answer: { hang: 60_000 },
    type: 'uncertain',
    isTaken: true,
  },
  {
    name: 'a reset before the answer',
    answer: { reset: 'before' },
    type: 'uncertain',
    isTaken: false,
  },
  {
    name: 'a reset after it was taken',
    answer: { reset: 'after' },
    type: 'uncertain',
    isTaken: true,
  },
  {
    name: 'a server error without a reason',
    answer: { status: 502, body: 'Bad Gateway' },
    type: 'uncertain',
    isTaken: false,
  },
]

/** Something that must be refused before it leaves, with the field in the words of the refusal. */
export interface LimitCase {
  name: string
  command: Command
  field: string
  template?: ProviderTemplate
}

export interface MessageConnectorAbilities {
  /** Faults that can be laid out; none for a real provider. */
  faults: readonly FaultCase[]
  limits: readonly LimitCase[]
  /** Its sends are requests through the egress guard; default true. */
  isHttp?: boolean
  /** Statuses come, each with the effect's id: an uncertain send is settled by them (I6). */
  reportsStatuses: boolean
  /** Left out: nothing is heard, or nobody can be made to write. */
  inbound?: {
    /** Headers that prove where a webhook comes from, lower-case. */
    proofHeaders: readonly string[]
    /** The proof is over the body's bytes. */
    coversBody: boolean
  }
}

export interface MessageConnectorSubject {
  outbound: OutboundConnector
  channel: OpenChannel
  /** Somebody who may be written to. */
  to: string
  /** Something harmless to send. */
  command: Command
  template?: ProviderTemplate
  /** Secrets that the provider does not take; also what must never be repeated in an error. */
  wrongSecrets: Record<string, string>
  /** `host:port` of the stand-in. */
  allow: readonly string[]
  /** Lays out answers. */
  script?(answers: readonly object[]): Promise<void>
  /** Ids that the stand-in gave to the messages it took, oldest first. */
  taken?(): Promise<string[]>
  inbound?: InboundSubject
  close(): Promise<void>
}

export interface InboundSubject {
  /** Makes the stand-in's contact write; the same `id` is the same message again. @returns the webhook that came */
  write(message: { id?: string; text: string }): Promise<InboundRequest>
  /** The webhook with the status of a message, once it comes. */
  statusOf?(providerMessageId: string): Promise<InboundRequest>
  /** As the provider would send these bytes. */
  prove(rawBody: Buffer): InboundRequest
  /** Genuine, and nothing that a conversation could be moved by. */
  unknown: readonly Buffer[]
  /**
   * Verifies and reads. @throws {FluxoError} for what is not proven or not to be read
   * @param secrets instead of the channel's
   */
  hear(request: InboundRequest, secrets?: Record<string, string>): Promise<Inbox>
}

/** Lays a connector before the contract. */
export function describeMessageConnector(
  name: string,
  abilities: MessageConnectorAbilities,
  open: () => Promise<MessageConnectorSubject>,
): void {
  describe(`${name} keeps the contract of message connectors`, () => {
    const scene = {} as Scene
    beforeAll(async () => {
      scene.subject = await open()
      scene.egress = createEgress({ allow: [...scene.subject.allow] })
    })
    afterAll(async () => {
      await scene.subject?.close()
      await scene.egress?.close()
    })
    describeSending(scene, abilities)
    if (abilities.reportsStatuses) describeStatuses(scene, abilities)
    if (abilities.inbound) describeHearing(scene, abilities.inbound)
  })
}

/**
 * The variables `REAL_<NAME>_<WORD>` with which a suite is pointed at the real provider.
 * @returns null unless all of them are set: then there is no such suite
 */
export function realVariables<Word extends string>(
  name: string,
  words: readonly Word[],
): Record<Word, string> | null {
  const entries = words.map((word) => [word, process.env[`REAL_${name.toUpperCase()}_${word}`]])
  if (entries.some(([, value]) => !value)) return null
  return Object.fromEntries(entries) as Record<Word, string>
}

/** Opened before the tests and used within them. */
interface Scene {
  subject: MessageConnectorSubject
  egress: Egress
}

let sent = 0

function effectOf(
  subject: MessageConnectorSubject,
  given: Partial<OutboundEffect>,
): OutboundEffect {
  sent += 1
  const { channel, command, to, template = null } = subject
  const ids = { tenantId: channel.tenantId, contactId: 'cnt_contract' }
  return { id: `eff_${Date.now()}_${sent}`, ...ids, command, to, template, channel, ...given }
}

async function perform(
  { subject, egress }: Scene,
  given: Partial<OutboundEffect> = {},
): Promise<Outcome & { effectId: string }> {
  const effect = effectOf(subject, given)
  const outcome = await subject.outbound.perform(effect, {
    egress,
    signal: AbortSignal.timeout(20_000),
  })
  return { ...outcome, effectId: effect.id }
}

/** Nothing of a secret may reach a journal, a log or a page. */
function expectNoSecrets(outcome: Outcome, secrets: Record<string, string>): void {
  const told = JSON.stringify(outcome)
  for (const secret of Object.values(secrets)) expect(told).not.toContain(secret)
}

function describeSending(
  scene: Scene,
  { limits, faults, isHttp = true }: MessageConnectorAbilities,
): void {
  const takenNow = async (): Promise<string[]> => (await scene.subject.taken?.()) ?? []

  it("I5 is accepted with the provider's id", async () => {
    const outcome = await perform(scene)
    expect(outcome).toMatchObject({ type: 'accepted', providerMessageId: expect.any(String) })
    if (scene.subject.taken && outcome.type === 'accepted')
      expect((await takenNow()).at(-1)).toBe(outcome.providerMessageId)
  })

  it.each(limits)('refuses before it leaves: $name', async ({ command, field, template }) => {
    const before = await takenNow()
    const outcome = await perform(scene, { command, ...(template && { template }) })
    expect(outcome).toMatchObject({ type: 'failed', error: { code: expect.any(String) } })
    expect(outcome.type === 'failed' && outcome.error.message).toContain(field)
    expect(await takenNow()).toEqual(before)
  })

  it('refuses what it cannot carry', async () => {
    const command: Command = { kind: 'tag.add', tags: ['x'] }
    expect(await perform(scene, { command })).toMatchObject({ type: 'failed' })
  })

  it('fails, and names it, where the credentials are not taken', async () => {
    const { channel, wrongSecrets } = scene.subject
    const secrets = { ...channel.secrets, ...wrongSecrets }
    const outcome = await perform(scene, { channel: { ...channel, secrets } })
    expect(outcome).toMatchObject({
      type: 'failed',
      error: { message: expect.stringMatching(/./) },
    })
    expectNoSecrets(outcome, wrongSecrets)
    const none = await perform(scene, { channel: { ...channel, secrets: {} } })
    expect(none).toMatchObject({ type: 'failed', error: { code: expect.any(String) } })
  })

  it.each(faults)('I6 reads $name as $type', async ({ answer, type, retryAfterMs, isTaken }) => {
    const before = await takenNow()
    await scene.subject.script?.([answer])
    const outcome = await perform(scene)
    expect(outcome).toMatchObject({
      type,
      error: { code: expect.any(String), message: expect.any(String) },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
    expectNoSecrets(outcome, scene.subject.channel.secrets)
    expect(await takenNow()).toHaveLength(before.length + (isTaken ? 1 : 0))
    expect(await perform(scene)).toMatchObject({ type: 'accepted' })
  })

  if (!isHttp) return
  it('tells what never left from what did', async () => {
    const blocked = createEgress({ allow: [] })
    const unreachable = new FluxoError('EGRESS_UNREACHABLE')
    const nobody = { ...blocked, request: () => Promise.reject(unreachable) }
    const { subject } = scene
    // A real provider is reached without leave.
    if (subject.allow.length > 0)
      expect(await perform({ subject, egress: blocked })).toMatchObject({ type: 'failed' })
    expect(await perform({ subject, egress: nobody })).toMatchObject({ type: 'retry' })
    await blocked.close()
  })
}

function describeStatuses(scene: Scene, { faults }: MessageConnectorAbilities): void {
  const statusesIn = (inbox: Inbox): StatusArrival[] =>
    inbox.arrivals.filter((arrival) => arrival.type === 'status')

  it('each status is heard once, and says whose it is', async () => {
    const { script, inbound } = scene.subject
    await script?.([{ duplicateStatuses: 2, reorderStatuses: true }])
    const outcome = await perform(scene)
    if (outcome.type !== 'accepted') throw new Error('it was not accepted')
    const request = await inbound?.statusOf?.(outcome.providerMessageId ?? '')
    if (!inbound || !request) throw new Error('no status came')
    const [first] = statusesIn(await inbound.hear(request))
    const [again] = statusesIn(await inbound.hear(request))
    expect(first).toMatchObject({
      providerMessageId: outcome.providerMessageId,
      effectId: outcome.effectId,
    })
    expect(again?.dedupeKey).toBe(first?.dedupeKey)
    expect(first?.dedupeKey).toContain(first?.status)
  })

  const uncertain = faults.find(({ type, isTaken }) => type === 'uncertain' && isTaken)
  if (!uncertain) return
  it('I6 a status settles a send of which nobody knew', async () => {
    const { script, taken, inbound } = scene.subject
    await script?.([uncertain.answer])
    const outcome = await perform(scene)
    expect(outcome.type).toBe('uncertain')
    const id = (await taken?.())?.at(-1) ?? ''
    const request = await inbound?.statusOf?.(id)
    if (!inbound || !request) throw new Error('no status came')
    expect(statusesIn(await inbound.hear(request))).toContainEqual(
      expect.objectContaining({ effectId: outcome.effectId, providerMessageId: id }),
    )
  })
}

function describeHearing(
  scene: Scene,
  { proofHeaders, coversBody }: NonNullable<MessageConnectorAbilities['inbound']>,
): void {
  const inbound = (): InboundSubject => {
    const { inbound: given } = scene.subject
    if (!given) throw new Error('the subject says nothing of what it hears')
    return given
  }
  const messageIn = ({ arrivals }: Inbox): MessageArrival => {
    const message = arrivals.find((arrival) => arrival.type === 'message')
    if (!message) throw new Error('no message is in it')
    return message
  }

  it('hears what a person writes, and whom', async () => {
    const request = await inbound().write({ text: 'Bom dia, tudo bem? 🌞' })
    const message = messageIn(await inbound().hear(request))
    expect(message).toMatchObject({
      channelId: scene.subject.channel.id,
      channel: scene.subject.channel.kind,
      providerMessageId: expect.stringMatching(/./),
    })
    expect(message.text).toContain('Bom dia, tudo bem? 🌞')
    expect(Object.values(message.address)).not.toHaveLength(0)
    expect(Number.isNaN(Date.parse(message.occurredAt))).toBe(false)
  })

  it('fails closed: missing, wrong and foreign proof, other bytes, no secrets', async () => {
    const genuine = await inbound().write({ text: 'Oi' })
    const { channel } = scene.subject
    for (const header of proofHeaders) {
      for (const value of [undefined, '', 'x', ['x', 'y'], flip(genuine.headers[header])]) {
        const headers = { ...genuine.headers, [header]: value }
        const what = `${header}: ${String(value)}`
        expect(await isRefused(inbound().hear({ ...genuine, headers })), what).toBe(true)
      }
    }
    const emptied = Object.fromEntries(Object.keys(channel.secrets).map((key) => [key, '']))
    expect(await isRefused(inbound().hear(genuine, {}))).toBe(true)
    expect(await isRefused(inbound().hear(genuine, emptied))).toBe(true)
    if (!coversBody) return
    const rawBody = Buffer.concat([genuine.rawBody, Buffer.from(' ')])
    expect(await isRefused(inbound().hear({ ...genuine, rawBody }))).toBe(true)
  })

  it('I2 knows the same message again, and another one from it', async () => {
    const id = `same-${Date.now()}`
    const keyOf = async (message: { id?: string; text: string }): Promise<string> =>
      messageIn(await inbound().hear(await inbound().write(message))).dedupeKey
    const first = await keyOf({ id, text: 'Oi' })
    expect(await keyOf({ id, text: 'Oi' })).toBe(first)
    expect(await keyOf({ text: 'Oi' })).not.toBe(first)
  })

  it('leaves out what it does not know, with the reason', async () => {
    for (const body of inbound().unknown) {
      const { arrivals, ignored } = await inbound().hear(inbound().prove(body))
      expect({ body: body.toString(), arrivals }).toMatchObject({ arrivals: [] })
      expect(ignored.length).toBeGreaterThan(0)
      for (const { field, reason } of ignored) expect([field, reason]).not.toContain('')
    }
  })

  it('no body breaks it, and what it reads can be stored', async () => {
    const genuine = await inbound().write({ text: 'Oi' })
    for (const body of hostileBodiesFrom(genuine.rawBody)) {
      const heard = await inbound()
        .hear(inbound().prove(body))
        .catch((error: unknown) => {
          if (isFluxoError(error) && error.status < 500) return null
          throw new Error(`broke on ${body.toString().slice(0, 500)}`, { cause: error })
        })
      for (const arrival of heard?.arrivals ?? []) expectStorable(arrival, body)
    }
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
}

/** A key of an index holds some 2,700 bytes. */
const LONGEST_KEY = 2_000
const MAX_EVENT_BYTES = 256 * 1024

function expectStorable(arrival: Arrival, body: Buffer): void {
  const where = body.toString().slice(0, 500)
  expect(findUnstorable(arrival), where).toBeNull()
  expect(Buffer.byteLength(arrival.dedupeKey), where).toBeLessThan(LONGEST_KEY)
  expect(Buffer.byteLength(JSON.stringify(arrival)), where).toBeLessThan(MAX_EVENT_BYTES)
  expect(Number.isNaN(Date.parse(arrival.occurredAt)), where).toBe(false)
}

async function isRefused(hearing: Promise<Inbox>): Promise<boolean> {
  const error: unknown = await hearing.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return isFluxoError(error) && error.status < 500
}

/** The same length, another last character. */
function flip(header: string | string[] | undefined): string {
  const text = String(header)
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
}
