// Taking the port, with an answer that helps when somebody else has it.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'

export interface Place {
  host: string
  port: number
}

const REASONS: Record<string, (place: Place) => string> = {
  EADDRINUSE: ({ port }) => `port ${port} is in use: stop who has it, or set PORT to another one`,
  EACCES: ({ port }) => `port ${port} is not allowed to this user: set PORT to one above 1023`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}: set HOST to one that it has`,
  ENOTFOUND: ({ host }) => `${host} is no address: set HOST to one that this machine has`,
}

/**
 * @returns the URL it listens at, with the port that was really taken
 * @throws {FluxoError} SETUP_FAILED naming the port and the variable that changes it
 */
export async function listen(app: App, place: Place): Promise<string> {
  try {
    return await app.listen(place)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const message = REASONS[code]?.(place)
    if (message === undefined) throw error
    const field = message.includes('HOST') ? 'HOST' : 'PORT'
    throw new FluxoError('SETUP_FAILED', { message, field, cause: error })
  }
}
