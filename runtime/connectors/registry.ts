// Which connector performs which effect kind.

import type { EffectKind } from '#machines/contracts/effect.ts'
import type { Connector } from './connector.ts'

export type ConnectorRegistry = ReadonlyMap<EffectKind, Connector>

/**
 * Puts connectors side by side, found by the effect kinds that they perform.
 * @throws {Error} when two connectors claim the same kind.
 */
export function createConnectorRegistry(connectors: readonly Connector[]): ConnectorRegistry {
  const registry = new Map<EffectKind, Connector>()
  for (const connector of connectors) {
    for (const kind of connector.kinds) {
      if (registry.has(kind)) throw new Error(`Two connectors perform ${kind}`)
      registry.set(kind, connector)
    }
  }
  return registry
}
