// A tenant's language model, as the gateway may ask for it.

import type {
  AiSettings,
  AiSettingsEdit,
  AiTestReply,
  AiTestRequest,
  AiUsage,
} from '#machines/contracts/ai-settings.ts'
import type { Actor } from './actor.ts'

export interface AiFace {
  /** Never with the key. */
  settings(actor: Actor): Promise<AiSettings>
  save(actor: Actor, edit: AiSettingsEdit): Promise<AiSettings>
  /** Asks the provider one short question: whether key and model work is the answer, not an error. */
  test(actor: Actor, request: AiTestRequest): Promise<AiTestReply>
  /** Tokens of this calendar month. */
  usage(actor: Actor): Promise<AiUsage>
}
