// The world outside: every connector, the one way out, and what connectors need of ours.

import type { Pool } from 'pg'
import { openGemini } from './ai/open-gemini.ts'
import type { Base } from './base.ts'
import { type ConnectorOptions, createConnectors } from './connectors/all.ts'
import type { Connector } from './connectors/connector.ts'
import type { LanguageModel } from './connectors/gemini/language-model.ts'
import type { MediaStore } from './connectors/media-store.ts'
import { createEgress, type Egress } from './egress/egress.ts'
import { type Letters, openLetters } from './letters/open-letters.ts'
import { createMediaStore } from './media/media-store.ts'
import { LOCAL_URL, type RuntimeOptions } from './runtime-options.ts'
import type { Teardown } from './teardown.ts'

export interface Outside {
  egress: Egress
  connectors: Connector[]
  media: MediaStore
  letters: Letters
  model: LanguageModel
}

export function openOutside(
  options: RuntimeOptions,
  { pools, secretBox }: Pick<Base, 'pools' | 'secretBox'>,
  teardown: Teardown,
): Outside {
  const pool = pools.commands
  const gemini = openGemini(options, { pool, secretBox, logger: options.logger })
  const media = createMediaStore(pool, secretBox)
  const letters = openLettersOf(options, pools.work, teardown)
  const ours = { gemini, media, email: letters.email }
  return { ...openConnectors(options, ours, teardown), media, letters, model: gemini.model }
}

/** Letters, whose connections end when nothing sends any more. */
function openLettersOf(
  { masterKey, publicUrl = LOCAL_URL, providerUrls = {}, egressAllow }: RuntimeOptions,
  pool: Pool,
  teardown: Teardown,
): Letters {
  const letters = openLetters({ pool, masterKey, publicUrl, providerUrls, egressAllow })
  teardown.add(() => letters.email.close())
  return letters
}

/** The world outside, and the one way to it. */
function openConnectors(
  { whatsapp, providerUrls = {}, egressAllow }: RuntimeOptions,
  ours: Pick<ConnectorOptions, 'gemini' | 'media' | 'email'>,
  teardown: Teardown,
): { egress: Egress; connectors: Connector[] } {
  const egress = createEgress({ allow: egressAllow })
  teardown.add(() => egress.close())
  return { egress, connectors: createConnectors({ whatsapp, providerUrls, ...ours }) }
}
