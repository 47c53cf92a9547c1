// The command line's one choice: `--role all|gateway|worker`, stronger than the variable ROLE.

import { parseArgs } from 'node:util'
import { FluxoError } from '#machines/contracts/errors.ts'

/** @returns the environment with the command line's ROLE in it */
export function withRole(args: string[], environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const role = readRole(args)
  return role === undefined ? environment : { ...environment, ROLE: role }
}

function readRole(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { role: { type: 'string' } } }).values.role
  } catch (cause) {
    throw new FluxoError('CONFIG_INVALID', {
      message: `${(cause as Error).message} (--role)`,
      cause,
    })
  }
}
