// The way between processes and PostgreSQL: how long it takes, what is lost on it, and who is let in.

import type { Request, Server, Session } from './types.ts'
import { theWorld } from '../world/platform.ts'
import type { SimulatedProcess } from '../world/world.ts'

/** What happens to one request and its answer. */
export interface Link {
  /** Milliseconds there and back. */
  there: number
  back: number
  /** The connection breaks before the server has seen it, or after it has done it. */
  cut: 'before' | 'after' | null
  /** The server does it and the answer never comes. */
  isSilent: boolean
}

export interface Network {
  readonly server: Server
  delay(): number
  linkFor(process: SimulatedProcess, request: Request): Link
  connect(
    process: SimulatedProcess,
    limits: Session['limits'],
    timeout: number | undefined,
  ): Promise<Session>
}

const holder: { network: Network | null } = { network: null }

export function enterNetwork(network: Network | null): void {
  holder.network = network
}

/** @throws {Error} outside a run */
export function theNetwork(): Network {
  if (!holder.network) throw new Error('there is no network')
  return holder.network
}

/** Decides what happens to a request beyond the usual delay; null: nothing. */
export type Disturb = (process: SimulatedProcess, request: Request) => Partial<Link> | null

const FASTEST_MS = 0.05
const USUAL_MS = 1.2
/** Now and then something takes much longer. */
const SLOW_CHANCE = 0.02
const SLOW_MS = 60

export function createNetwork(server: Server, disturb: Disturb): Network {
  const { world } = server
  const delay = (): number => {
    const { random } = world
    const isSlow = random.chance(SLOW_CHANCE)
    return FASTEST_MS + random.next() * (isSlow ? SLOW_MS : USUAL_MS)
  }
  return {
    server,
    delay,
    linkFor: (process, request) => ({
      there: delay(),
      back: delay(),
      cut: null,
      isSilent: false,
      ...disturb(process, request),
    }),
    connect: (process, limits) =>
      new Promise((resolve, reject) => {
        theWorld().schedule(delay() + delay(), process, () => {
          if (server.isUp) resolve(server.open(process, limits))
          else reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
        })
      }),
  }
}
