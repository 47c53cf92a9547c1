// Taking the port, with an answer that helps when somebody else has it.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'

export interface Place {
  host: string
  port: number
}

type Reason = (place: Place, variable: string) => string

const REASONS: Record<string, Reason> = {
  EADDRINUSE: ({ port }, variable) =>
    `port ${port} is in use: stop who has it, or set ${variable} to another one`,
  EACCES: ({ port }, variable) =>
    `port ${port} is not allowed to this user: set ${variable} to one above 1023`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}: set HOST to one that it has`,
  ENOTFOUND: ({ host }) => `${host} is no address: set HOST to one that this machine has`,
}

/**
 * Tries the port and leaves it again, so that a start fails before it has done its long work.
 * @throws {FluxoError} SETUP_FAILED naming the port and the variable that changes it
 */
export async function tryPort(place: Place, variable = 'PORT'): Promise<void> {
  const server = createServer().listen(place.port, place.host)
  try {
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  } catch (error) {
    throw explain(error, place, variable)
  }
}

/**
 * @returns the URL it listens at, with the port that was really taken
 * @throws {FluxoError} as `tryPort`
 */
export async function listen(app: App, place: Place): Promise<string> {
  try {
    // The library writes into what it is given, and a configuration is frozen.
    return await app.listen({ host: place.host, port: place.port })
  } catch (error) {
    throw explain(error, place)
  }
}

/** The error as one that names what to change, or itself when it is about something else. */
export function explain(error: unknown, place: Place, variable = 'PORT'): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  const message = REASONS[code]?.(place, variable)
  if (message === undefined) return error
  const field = message.includes('set HOST') ? 'HOST' : variable
  return new FluxoError('SETUP_FAILED', { message, field, cause: error })
}
