// The commands that people and webhooks give, one line each. Those that the live feed needs are made before it.

import type { Pool } from 'pg'
import type { Connector } from '../connectors/connector.ts'
import type { MediaStore } from '../connectors/media-store.ts'
import type { LanguageModel } from '../connectors/gemini/language-model.ts'
import type { Orm } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Egress } from '../egress/egress.ts'
import type { Runtime } from '../face.ts'
import type { PayloadKeeper } from '../leads/payload-keeper.ts'
import type { Letters } from '../letters/open-letters.ts'
import type { Logger } from '../log.ts'
import type { Acceptor } from '../mailbox/accept.ts'
import type { TenantFactsCache } from '../shard/tenant-facts.ts'
import type { DispatchGate } from '../outbox/gate/gate.ts'
import { createAi } from './ai/ai-settings.ts'
import { createChannels } from './channels/channels.ts'
import { createContacts } from './contacts/contacts.ts'
import { createDebugger } from './debugger/debugger.ts'
import { createDeliveries } from './deliveries/deliveries.ts'
import { createEmailDomains } from './templates/email-domains.ts'
import { createEmailLinks } from './webhooks/email-links.ts'
import { createEmailTemplates } from './templates/email-templates.ts'
import { createInsights } from './insights/insights.ts'
import { createMedia } from './contacts/media.ts'
import { createRunMigrations } from './workflows/run-migrations.ts'
import { createRunRequests } from './actors/run-requests.ts'
import { createSandboxDesk } from './sandbox-desk.ts'
import { createSessions } from './sessions.ts'
import { createStateActs } from './state-acts/state-acts.ts'
import { createTemplates } from './templates/templates.ts'
import { createVersions } from './workflows/versions.ts'
import { createWebhooks } from './webhooks/webhooks.ts'
import { createExchange } from './workflows/exchange.ts'
import { createWorkflowTests } from './workflows/workflow-tests.ts'

export interface CommandParts {
  orm: Orm
  /** For people. */
  pool: Pool
  /** For what comes from outside: people must not wait behind it. */
  webhookPool: Pool
  acceptor: Acceptor
  gate: DispatchGate
  facts: TenantFactsCache
  secretBox: SecretBox
  egress: Egress
  connectors: readonly Connector[]
  whatsapp: { graphUrl: string; version: string }
  /** Base of the addresses that the outside world uses. */
  publicUrl: string
  /** The sandbox of this process, and its stand-ins by name. */
  sandboxUrl: string | null
  sandboxProviders: readonly string[]
  /** Letters: their links, who sends them. */
  letters: Letters
  logger: Logger
  media: MediaStore
  /** Keeps what sources sent last. */
  payloads: PayloadKeeper
  model: LanguageModel
  /** Counts what was refused or put aside, by code. */
  onRefused: (code: string) => void
}

export function createCommands(
  parts: CommandParts,
): Omit<Runtime, 'workflows' | 'actors' | 'contactMerges' | 'leads' | 'live' | 'health' | 'stop'> {
  const { orm, pool, webhookPool, gate, letters, logger } = parts
  return {
    sessions: createSessions(pool),
    workflowTests: createWorkflowTests(orm),
    runs: createRunRequests(orm, pool),
    versions: createVersions(orm),
    insights: createInsights(pool),
    stateActs: createStateActs(pool, parts.facts),
    debugger: createDebugger(orm, pool, parts.facts),
    exchange: createExchange(parts),
    migrations: createRunMigrations(orm, pool),
    contacts: createContacts(orm),
    deliveries: createDeliveries(pool, gate),
    channels: createChannels(parts),
    sandbox: createSandboxDesk(parts),
    media: createMedia(pool),
    ai: createAi(parts),
    emailTemplates: createEmailTemplates({ ...parts, outboundFor: letters.email.outboundFor }),
    emailDomains: createEmailDomains(orm),
    emailLinks: createEmailLinks({ pool: webhookPool, tokens: letters.tokens, logger }),
    templates: createTemplates(parts),
    webhooks: createWebhooks({ ...parts, pool: webhookPool }),
  }
}
