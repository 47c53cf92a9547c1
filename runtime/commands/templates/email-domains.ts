// What DNS says of the domains that a tenant sends from.

import { Resolver } from 'node:dns/promises'
import type { EmailDomainsFace } from '../../face/email.ts'
import { Channel } from '../../db/entities/channel.ts'
import { inTenant, type Orm } from '../../db/orm.ts'
import { checkDomain } from '../../letters/check-domain.ts'
import type { DnsResolver } from '../../letters/domain/look-up.ts'

const ANSWER_MS = 3_000

/** @param resolver stands in for the system's */
export function createEmailDomains(
  orm: Orm,
  resolver: DnsResolver = new Resolver({ timeout: ANSWER_MS, tries: 1 }),
): EmailDomainsFace {
  return {
    check: async ({ tenantId }, domain, selectors) => {
      const channels = await inTenant(orm, tenantId, (records) =>
        records.find(Channel, { tenantId, kind: 'email' }),
      )
      const providers = channels
        .filter(({ address }) => address.toLowerCase().endsWith(`@${domain}`))
        .map(({ provider }) => provider)
      return checkDomain({ domain, selectors, providers: [...new Set(providers)] }, resolver)
    },
  }
}
