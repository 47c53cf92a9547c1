// Lead capture put together: its commands, what takes leads in, and what runs on its own.

import type { Pool } from 'pg'
import { metaGraphOf } from '../../connectors/meta-leads/connector.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { LeadsFace } from '../../face/leads.ts'
import { type LeadJobs, startLeadJobs } from '../../leads/jobs.ts'
import { createPayloadKeeper, type PayloadKeeper } from '../../leads/payload-keeper.ts'
import type { Logger } from '../../log.ts'
import type { Acceptor } from '../../mailbox/accept.ts'
import { createAttribution } from '../contacts/attribution.ts'
import { createForms } from './forms.ts'
import { createImports } from './imports.ts'
import { createMetaIntake } from '../webhooks/meta-leads-intake.ts'
import { createMetaLeadPages } from './meta-leads.ts'
import { createSources } from './sources.ts'

export interface LeadsOptions {
  /** For people. */
  pool: Pool
  /** For what comes from outside. */
  webhookPool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  egress: Egress
  /** Version of Meta's Graph API, `v24.0`. */
  graphVersion: string
  providerUrls: Readonly<Record<string, string>>
  /** Leads are fetched and lists imported here. */
  isWorker: boolean
  logger: Logger
  /** Counts what was refused, by code. */
  onRefused: (code: string) => void
}

export interface Leads {
  face: LeadsFace
  payloads: PayloadKeeper
  stop(): Promise<void>
}

/** Opens lead capture; its loops run where work is done. */
export function openLeads(options: LeadsOptions): Leads {
  const { pool, webhookPool, egress, secretBox, logger, providerUrls, graphVersion } = options
  const payloads = createPayloadKeeper(webhookPool, logger)
  const graph = metaGraphOf(egress, { baseUrl: providerUrls['meta_leads'], version: graphVersion })
  const jobs: LeadJobs | null = options.isWorker ? startLeadJobs({ ...options, graph }) : null
  const onTold = (): void => jobs?.wake()
  return {
    face: {
      sources: createSources({ ...options, payloads }),
      forms: createForms(options),
      metaLeads: createMetaLeadPages({ pool, secretBox, graph, logger }),
      metaWebhook: createMetaIntake({ pool: webhookPool, secretBox, onTold }),
      imports: createImports(pool),
      attribution: createAttribution(pool),
    },
    payloads,
    stop: async () => {
      await jobs?.stop()
      await payloads.stop()
    },
  }
}
