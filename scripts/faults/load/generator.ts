// Open-loop load: contacts begin at a fixed rate, whatever the answers. Each one sends a lead, writes some messages
// and buys once it was welcomed; some inputs come twice.

import type { History, Input, InputKind } from '../history.ts'
import type { Company } from '../stage/company.ts'
import { sleep, waitFor } from '../stage/time.ts'
import { type Chance, createChance } from './chance.ts'
import type { Sender } from './sender.ts'

export interface LoadOptions {
  history: History
  companies: readonly Company[]
  sender: Sender
  /** Inputs for each second. */
  rate: number
  seed: number
  /** Number of the run, 0 to 999: its contacts have phones of their own. */
  run: number
}

export interface Load {
  /** All inputs that were begun. */
  inputs(): readonly Input[]
  /** Begins no more contacts; resolves when those begun are through, or after the limit. */
  finish(limitMs: number): Promise<boolean>
}

/** Lead, one and a half messages, purchase, and some of them twice. */
const INPUTS_PER_CONTACT = 3.8
const TWICE = 0.1
const WELCOME_MS = 60_000

/** Phones of a run begin so. */
export function phonePrefix(run: number): string {
  return `+55119${String(run % 1000).padStart(3, '0')}`
}

export function startLoad(options: LoadOptions): Load {
  const { history, rate, seed } = options
  const chance = createChance(seed)
  const inputs: Input[] = []
  const welcomed = new Set<string>()
  const stopListening = history.listen((record) => {
    if (record.type === 'arrival' && record.isAccepted && record.text.startsWith('Oi, '))
      welcomed.add(record.phone)
  })
  const scripts = new Set<Promise<void>>()
  let count = 0
  let isOver = false

  const begin = (): void => {
    count += 1
    const contact = createContact(options, { number: count, chance: createChance(seed + count) })
    inputs.push(...contact.inputs)
    const script = contact.play(() => welcomed.has(contact.phone)).catch(() => {})
    scripts.add(script)
    void script.finally(() => scripts.delete(script))
  }

  const ticking = (async () => {
    const interval = (1000 * INPUTS_PER_CONTACT) / rate
    let next = performance.now()
    while (!isOver) {
      begin()
      next += interval * (0.5 + chance.next())
      await sleep(Math.max(0, next - performance.now()))
    }
  })()

  return {
    inputs: () => inputs,
    finish: async (limitMs) => {
      isOver = true
      await ticking
      const done = await waitFor(() => (scripts.size === 0 ? true : null), limitMs)
      stopListening()
      return done === true
    },
  }
}

interface ScriptedContact {
  phone: string
  inputs: Input[]
  play(isWelcome: () => boolean): Promise<void>
}

function createContact(
  { companies, sender, run }: LoadOptions,
  { number, chance }: { number: number; chance: Chance },
): ScriptedContact {
  const company = chance.pick(companies)
  const phone = `${phonePrefix(run)}${String(number).padStart(5, '0')}`
  const name = `C${run}x${number}`
  const inputOf = (kind: InputKind, mark: string, token = name): Input => ({
    key: `fk.${run}.${number}.${mark}`,
    kind,
    tenantId: company.id,
    phone,
    token,
  })
  const lead = inputOf('lead', 'l')
  const purchase = inputOf('purchase', 'p')
  const messages = Array.from({ length: chance.between(0, 3) }, (_, index) =>
    inputOf('message', `m${index}`, `${name}-${index}`),
  )
  const send = async (input: Input): Promise<void> => {
    const isTwice = chance.happens(TWICE)
    const pause = chance.between(0, 400)
    await Promise.all([
      sender.deliver(input, company),
      isTwice && sleep(pause).then(() => sender.deliver(input, company)),
    ])
  }
  const write = async (): Promise<void> => {
    for (const message of messages) {
      await sleep(chance.between(50, 900))
      await send(message)
    }
  }
  const buy = async (isWelcome: () => boolean): Promise<void> => {
    await waitFor(() => (isWelcome() ? true : null), WELCOME_MS, 100)
    await sleep(chance.between(300, 1200))
    await send(purchase)
  }
  return {
    phone,
    inputs: [lead, ...messages, purchase],
    play: async (isWelcome) => {
      await send(lead)
      await Promise.all([write(), buy(isWelcome)])
    },
  }
}
