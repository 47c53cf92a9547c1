// Station 7: one attempt at one effect. Claim, send through the connector, settle or plan the next attempt.

import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { refusalOf } from '#machines/run/send-policy.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { OutboundConnector, Outcome, PerformContext } from '../connectors/connector.ts'
import type { ConnectorRegistry } from '../connectors/registry.ts'
import type { SecretBox } from '../db/secret-box.ts'
import { inTransaction, run } from '../db/pool.ts'
import type { Egress } from '../egress/egress.ts'
import type { Logger } from '../log.ts'
import { claimEffect, type ClaimedEffect, findTemplate } from './claim-effect.ts'
import { ATTEMPT_SECONDS } from './dispatch.ts'
import type { EffectJob } from './queue.ts'
import { MAX_ATTEMPTS, retryDelay } from './retry.ts'
import { settleEffects, type Result } from './settle.ts'

export interface PerformOptions {
  pool: Pool
  connectors: ConnectorRegistry
  egress: Egress
  secretBox: SecretBox
  logger: Logger
  uncertainSeconds: number
  /** Aborts attempts that are still under way when the process has to end; they become uncertain. */
  stopping: AbortSignal
}

/** Performs the effect that a job names; does nothing when it is settled already. */
export async function performEffect(job: EffectJob, options: PerformOptions): Promise<void> {
  const { pool, logger } = options
  const effect = await claimEffect(pool, job, randomUUID())
  if (!effect) return
  const outcome = await attempt(effect, options)
  logger.debug({ effect: effect.id, outcome: outcome.type }, 'effect attempted')
  await conclude(effect, outcome, options)
}

async function attempt(effect: ClaimedEffect, options: PerformOptions): Promise<Outcome> {
  const ready = await prepare(effect, options)
  if ('type' in ready) return ready
  const signal = AbortSignal.any([AbortSignal.timeout(ATTEMPT_SECONDS * 1000), options.stopping])
  try {
    return await ready.perform({ egress: options.egress, signal })
  } catch (error) {
    // A connector that breaks may have sent before it broke.
    return { type: 'uncertain', error: errorOf(error) }
  }
}

interface Ready {
  perform(context: PerformContext): Promise<Outcome>
}

/** Everything that an attempt needs, or why there is none; nothing has left yet. */
async function prepare(effect: ClaimedEffect, options: PerformOptions): Promise<Ready | Outcome> {
  const { id, tenantId, contactId, command } = effect
  const connector = options.connectors.get(command.kind)
  if (!connector) return failed('CONNECTOR_MISSING', `Nothing performs ${command.kind}`)
  if (connector.needsChannel === false) {
    return {
      perform: (context) => connector.perform({ id, tenantId, contactId, command }, context),
    }
  }
  return prepareMessage(effect, connector, options)
}

async function prepareMessage(
  effect: ClaimedEffect,
  connector: OutboundConnector,
  options: PerformOptions,
): Promise<Ready | Outcome> {
  const { id, tenantId, contactId, command, standing } = effect
  const refused = standing && refusalOf(command, standing, standing.at)
  if (refused) return { type: 'failed', error: refused }
  if (!effect.channel)
    return failed('CHANNEL_MISSING', 'The tenant has no channel for this message')
  const to = effect.channel.kind === 'whatsapp' ? effect.phone : effect.email
  if (to === null)
    return failed('CONTACT_ADDRESS_MISSING', 'The contact has no address on this channel')
  try {
    const { ciphertext, ...given } = effect.channel
    const template = await templateOf(effect, options)
    if (command.kind === 'whatsapp.send_template' && !template) {
      return failed('TEMPLATE_MISSING', `The tenant has no template ${command.template}`)
    }
    const channel = { ...given, tenantId, secrets: options.secretBox.open(tenantId, ciphertext) }
    const message = { id, tenantId, contactId, command, to, template, channel }
    return { perform: (context) => connector.perform(message, context) }
  } catch (error) {
    return {
      type: isFluxoError(error, 'SECRET_UNREADABLE') ? 'failed' : 'retry',
      error: errorOf(error),
    }
  }
}

function errorOf(error: unknown): EffectError {
  const message = error instanceof Error ? error.message : String(error)
  return { code: isFluxoError(error) ? error.code : 'INTERNAL', message }
}

async function templateOf({ command, tenantId }: ClaimedEffect, { pool }: PerformOptions) {
  if (command.kind !== 'whatsapp.send_template') return null
  const { template: name, language } = command
  return findTemplate(pool, tenantId, { kind: 'whatsapp', name, language })
}

async function conclude(
  effect: ClaimedEffect,
  outcome: Outcome,
  options: PerformOptions,
): Promise<void> {
  switch (outcome.type) {
    case 'accepted': {
      const { providerMessageId, output } = outcome
      return settle(effect, { type: 'done', providerMessageId, output }, options)
    }
    case 'failed':
      return settle(effect, { type: 'failed', error: outcome.error }, options)
    case 'retry':
      if (effect.attempts >= MAX_ATTEMPTS)
        return settle(effect, { type: 'failed', error: outcome.error }, options)
      return rest(effect, {
        status: 'waiting',
        seconds: retryDelay(effect.attempts, outcome.retryAfterMs, Math.random()) / 1000,
        error: outcome.error,
        options,
      })
    case 'uncertain':
      return rest(effect, {
        status: 'uncertain',
        seconds: options.uncertainSeconds,
        error: outcome.error,
        options,
      })
  }
}

async function settle(
  effect: ClaimedEffect,
  result: Result,
  { pool }: PerformOptions,
): Promise<void> {
  const { tenantId, id: effectId, claimToken } = effect
  await inTransaction(pool, (db) => settleEffects(db, [{ tenantId, effectId, claimToken, result }]))
}

async function rest(
  effect: ClaimedEffect,
  how: {
    status: 'waiting' | 'uncertain'
    seconds: number
    error: EffectError
    options: PerformOptions
  },
): Promise<void> {
  await run(how.options.pool, REST, [
    effect.tenantId,
    effect.id,
    effect.claimToken,
    how.status,
    how.seconds,
    JSON.stringify(how.error),
  ])
}

function failed(code: string, message: string): Outcome {
  return { type: 'failed', error: { code, message } }
}

const REST = {
  name: 'rest_effect',
  text: `update outbox set status = $4, moved_at = clock_timestamp(), last_error = $6,
      next_at = clock_timestamp() + make_interval(secs => $5)
    where tenant_id = $1 and id = $2 and claim_token = $3 and status = 'sending'`,
}
