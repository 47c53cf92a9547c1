// Which connector performs which command.

import type { Command, EffectKind } from '#machines/contracts/effect.ts'
import type { Outbound } from './connector.ts'

export interface ConnectorRegistry {
  /** Who performs a command; undefined where nobody does. */
  get(command: Command): Outbound | undefined
}

/**
 * Puts what performs effects side by side, found by kind; plain texts are found by their channel.
 * @throws {Error} when two claim the same kind or the texts of the same channel
 */
export function createConnectorRegistry(outbounds: readonly Outbound[]): ConnectorRegistry {
  const byKind = new Map<EffectKind, Outbound>()
  const byChannel = new Map<string, Outbound>()
  const add = (map: Map<string, Outbound>, key: string, outbound: Outbound): void => {
    if (map.has(key)) throw new Error(`Two connectors perform ${key}`)
    map.set(key, outbound)
  }
  for (const outbound of outbounds) {
    for (const kind of outbound.kinds) add(byKind, kind, outbound)
    if (outbound.needsChannel !== false && outbound.channel !== undefined)
      add(byChannel, outbound.channel, outbound)
  }
  return {
    get: (command) =>
      command.kind === 'message.send_text'
        ? byChannel.get(command.channel)
        : byKind.get(command.kind),
  }
}
