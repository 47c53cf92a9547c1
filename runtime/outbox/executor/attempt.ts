// Station 7's middle: one attempt at one claimed effect, from what the claim brought along to the provider's answer.

import { refusalOf } from '#machines/run/send-policy.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type {
  MediaShelf,
  OutboundConnector,
  Outcome,
  PerformContext,
} from '../../connectors/connector.ts'
import type { ConnectorRegistry } from '../../connectors/registry.ts'
import type { Egress } from '../../egress/egress.ts'
import type { ClaimedEffect } from './claim-effects.ts'
import { ATTEMPT_SECONDS } from '../dispatch.ts'
import type { OpenedSecrets } from './opened-secrets.ts'
import { outcomeOfPause, REMOVED } from '../paused-channel.ts'

export interface AttemptOptions {
  connectors: ConnectorRegistry
  egress: Egress
  secrets: OpenedSecrets
  /** Aborts attempts that are still under way when the process has to end; they become uncertain. */
  stopping: AbortSignal
  media: MediaShelf
}

/** Performs a claimed effect once; never throws. */
export async function attemptEffect(
  effect: ClaimedEffect,
  options: AttemptOptions,
): Promise<Outcome> {
  const ready = prepare(effect, options)
  if ('type' in ready) return ready
  const signal = AbortSignal.any([AbortSignal.timeout(ATTEMPT_SECONDS * 1000), options.stopping])
  try {
    return await ready.perform({ egress: options.egress, signal, media: options.media })
  } catch (error) {
    // A connector that breaks may have sent before it broke.
    return { type: 'uncertain', error: errorOf(error) }
  }
}

interface Ready {
  perform(context: PerformContext): Promise<Outcome>
}

/** Everything that an attempt needs, or why there is none; nothing has left yet. */
function prepare(effect: ClaimedEffect, options: AttemptOptions): Ready | Outcome {
  const { id, tenantId, contactId, command } = effect
  const connector = options.connectors.get(command)
  if (!connector) return failed('CONNECTOR_MISSING', `Nothing performs ${command.kind}`)
  if (connector.needsChannel === false) {
    return {
      perform: (context) => connector.perform({ id, tenantId, contactId, command }, context),
    }
  }
  return prepareMessage(effect, connector, options)
}

function prepareMessage(
  effect: ClaimedEffect,
  connector: OutboundConnector,
  options: AttemptOptions,
): Ready | Outcome {
  const { id, tenantId, contactId, command, standing, template, lastMessageId } = effect
  const refused = standing && refusalOf(command, standing, standing.at)
  if (refused) return { type: 'failed', error: refused }
  if (!effect.channel || effect.channel.kind === REMOVED)
    return failed('CHANNEL_MISSING', 'The tenant has no channel for this message')
  const paused = outcomeOfPause(effect.channel.config)
  if (paused) return paused
  const to = addressOf(effect, effect.channel.kind)
  if (to === null)
    return failed('CONTACT_ADDRESS_MISSING', 'The contact has no address on this channel')
  if (command.kind === 'whatsapp.send_template' && !template)
    return failed('TEMPLATE_MISSING', `The tenant has no template ${command.template}`)
  try {
    const { ciphertext, ...given } = effect.channel
    const channel = { ...given, tenantId, secrets: options.secrets.open(tenantId, ciphertext) }
    const addressed = { id, tenantId, contactId, command, to, template, channel }
    const message = { ...addressed, lastMessageId }
    return { perform: (context) => connector.perform(message, context) }
  } catch (error) {
    const type = isFluxoError(error, 'SECRET_UNREADABLE') ? 'failed' : 'retry'
    return { type, error: errorOf(error) }
  }
}

function addressOf({ phone, email, identity }: ClaimedEffect, kind: string): string | null {
  if (kind === 'email') return email
  return kind === 'whatsapp' ? (phone ?? identity) : identity
}

function errorOf(error: unknown): EffectError {
  const message = error instanceof Error ? error.message : String(error)
  return { code: isFluxoError(error) ? error.code : 'INTERNAL', message }
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}
