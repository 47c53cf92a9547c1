// What every command about channels works with.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Connector } from '../../connectors/connector.ts'
import type { Queryable } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Actor } from '../../face.ts'
import { type ChannelConnector, channelConnectors } from './channel-forms.ts'

export interface ChannelsOptions {
  pool: Pool
  secretBox: SecretBox
  egress: Egress
  connectors: readonly Connector[]
  /** Base of the addresses that providers deliver to. */
  publicUrl: string
}

export interface ChannelContext extends Omit<ChannelsOptions, 'connectors'> {
  connectors: ReadonlyMap<string, ChannelConnector>
  kinds: readonly string[]
  within: <T>(actor: Actor, work: (db: Queryable) => Promise<T>) => Promise<T>
  connectorOf(kind: string): ChannelConnector
}

export function contextOf({ connectors: given, ...options }: ChannelsOptions): ChannelContext {
  const connectors = channelConnectors(given)
  return {
    ...options,
    connectors,
    kinds: [...connectors.keys()],
    within: (actor, work) => inTenantTransaction(options.pool, actor.tenantId, work),
    connectorOf: (kind) => {
      const connector = connectors.get(kind)
      if (connector) return connector
      const message = 'kind: no connector opens channels of this kind'
      throw new FluxoError('REQUEST_INVALID', { field: 'kind', message })
    },
  }
}
