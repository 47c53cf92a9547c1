// Tells the test command which part of the tests could not run for want of something on this machine.

import { appendFileSync } from 'node:fs'

/** Reports a missing part, e.g. `redis` with `redis-server not found (install the Debian package redis-server)`. */
export function reportMissing(part: string, reason: string): void {
  const file = process.env['FLUXOLAB_MISSING_FILE']
  const line = `${part}: ${reason}\n`
  if (file) appendFileSync(file, line)
  else process.stderr.write(line)
}
