// What the thread of a simulation loads in place of others: the driver `pg` and the package `uuid`, whose counter would
// live on from seed to seed, and the migrations' base class, of which only the name is needed. Sources may be changed on
// the way in, which is how bugs are planted.

import { registerHooks } from 'node:module'

/** Changes the source of a file; null leaves it. */
export type ChangeSource = (url: string, source: string) => string | null

const STAND_INS: Readonly<Record<string, string>> = {
  pg: new URL('./server/driver.ts', import.meta.url).href,
  '@mikro-orm/migrations': new URL('./world/migration.ts', import.meta.url).href,
  uuid: new URL('./world/uuid.ts', import.meta.url).href,
}

export function installHooks(change: ChangeSource): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const standIn = STAND_INS[specifier]
      return standIn === undefined
        ? next(specifier, context)
        : { url: standIn, shortCircuit: true, format: 'module-typescript' }
    },
    load: (url, context, next) => {
      const loaded = next(url, context)
      if (!url.endsWith('.ts') || loaded.source === undefined || loaded.source === null)
        return loaded
      const source =
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString()
      const changed = change(url, source)
      return changed === null ? loaded : { ...loaded, source: changed }
    },
  })
}
