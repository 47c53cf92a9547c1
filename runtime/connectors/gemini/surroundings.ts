// What an effect that asks the model finds around it, and where it leaves what the call cost. The runtime fills this in;
// the connector knows no database.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { AiSetup } from '#machines/contracts/ai-settings.ts'
import type { DirectEffect } from '../connector.ts'
import type { TokenUsage } from './language-model.ts'
import type { KnownPerson } from './mask.ts'

/** One message of the contact's conversation. */
export interface Said {
  by: 'contact' | 'us'
  text: string
}

export interface Surroundings {
  tenantName: string
  language: 'pt-BR' | 'en'
  setup: AiSetup
  /** Opened for this attempt; null: the tenant has none. */
  apiKey: string | null
  person: KnownPerson
  /** The contact's latest messages, the oldest first. */
  history: Said[]
}

/** An answer of the model that counts, with its marks still in it. */
export interface KeptAnswer {
  hash: string
  answer: JsonObject
  hours: number
}

export interface CallRecord {
  model: string
  usage: TokenUsage
  /** It came from what was kept: no call was made. */
  isHit: boolean
  keep: KeptAnswer | null
}

/** Who asks: an effect of a contact, or a person who drafts a workflow. */
export interface Asker extends Pick<DirectEffect, 'id' | 'tenantId' | 'contactId'> {
  /** Whose tokens it uses, where no effect says so. */
  workflowId?: string
}

export interface AiGround {
  read(asker: Asker): Promise<Surroundings>
  /** @returns null where nothing is kept for it, or no longer */
  kept(tenantId: string, hash: string): Promise<JsonObject | null>
  /**
   * Sets tokens aside for a call that may need so many.
   * @returns false where the tenant's month has no room for them: the call must not be made
   */
  reserve(asker: Asker, tokens: number): Promise<boolean>
  /** Gives back what was set aside and counts what was used, once per effect. */
  record(asker: Asker, call: CallRecord): Promise<void>
}
