// What the start command shows: set-up steps, the address, and the conversation as it happens, a line each.

import type { Runtime, Sandbox } from '#runtime/index.ts'
import type { ActorView, JournalItem } from '#machines/contracts/api.ts'
import { textOf } from '#machines/expression/value.ts'

export interface Terminal {
  /** A set-up step that is done or takes a moment. */
  step(text: string): void
  line(text: string): void
}

/** Writes to a stream; times are since the process began. */
export function createTerminal(write: (text: string) => void): Terminal {
  return {
    step: (text) => write(`  ${seconds()}  ${text}\n`),
    line: (text) => write(`${text}\n`),
  }
}

/** Shows each message that passes through the sandbox. */
export function showMessages(terminal: Terminal, sandbox: Sandbox): void {
  sandbox.onMessage(({ direction, who, text }) => {
    const arrow = direction === 'out' ? '→' : '←'
    terminal.line(`  ${clock(new Date())}  ${arrow} ${who}  ${oneLine(text)}`)
  })
}

/** Shows each Step of one contact; resolves with the contact once `isOver` says so. */
export async function showSteps(
  terminal: Terminal,
  runtime: Runtime,
  watch: {
    actor: Parameters<Runtime['live']['follow']>[0]
    contactId: string
    /** Steps up to this one happened before and are not shown. */
    after: number
    isOver: (view: ActorView) => boolean
  },
): Promise<ActorView> {
  let shown = watch.after
  return new Promise((resolve, reject) => {
    const over = (view: ActorView): void => {
      stop.then((unfollow) => unfollow(), reject)
      resolve(view)
    }
    const stop = runtime.live.follow(watch.actor, `contact:${watch.contactId}`, (message) => {
      if (message.type !== 'contact.stepped') return
      const fresh = message.actor.journal.items.filter((item) => item.seq > shown).toReversed()
      for (const item of fresh)
        terminal.line(`  ${clock(new Date(item.at))}  ${describeStep(item)}`)
      shown = Math.max(shown, ...fresh.map((item) => item.seq))
      if (watch.isOver(message.actor)) queueMicrotask(() => over(message.actor))
    })
    stop.catch(reject)
  })
}

function describeStep(item: JournalItem): string {
  const moved = item.moves.map((move) => move.path.join(' → ')).join('; ')
  const detail =
    item.event === 'message.status' ? textOf(item.payload['status']) : (item.note ?? '')
  return `${item.event.padEnd(16)} ${moved || detail}`
}

function seconds(): string {
  return `${(performance.now() / 1000).toFixed(1)} s`.padStart(7)
}

function clock(at: Date): string {
  return at.toLocaleTimeString('pt-BR')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 120)
}
