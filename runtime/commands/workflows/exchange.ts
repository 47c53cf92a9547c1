// The commands of workflows that come and go, put together.

import { inTenant } from '../../db/orm.ts'
import { collectBundle } from '../../exchange/collect-bundle.ts'
import { importFile, previewImport } from '../../exchange/import-file.ts'
import type { ExchangeFace } from '../../face/exchange.ts'
import type { ExchangeParts } from './exchange-parts.ts'
import { createProposing } from './propose.ts'
import { createShelf } from './shelf.ts'

/** Creates them. */
export function createExchange(parts: ExchangeParts): ExchangeFace {
  const { orm, secretBox } = parts
  return {
    ...createShelf(orm),
    bundle: (actor, workflowId, request) =>
      inTenant(orm, actor.tenantId, (records) =>
        collectBundle({ records, secretBox }, { actor, workflowId }, request),
      ),
    preview: (actor, request) => previewImport({ orm, secretBox }, actor, request),
    import: (actor, request) => importFile({ orm, secretBox }, actor, request),
    propose: createProposing(parts),
  }
}
