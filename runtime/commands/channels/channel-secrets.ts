// Secrets of a channel: made, replaced, rotated so that the former value stays valid for a while, forgotten. They are
// sealed; beside them lies in the open only when each was set.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { SecretRotation } from '#machines/contracts/channels.ts'
import type { ChannelForm } from '../../connectors/connector.ts'
import { generateSecret, parseFields, secretFields } from './channel-forms.ts'

type Secrets = Record<string, string>
/** ISO 8601 by field. */
export type SecretDates = Record<string, string>

export interface SecretChange {
  secrets: Secrets
  dates: SecretDates
  /** Fields whose value is another one now. */
  changed: string[]
}

/** Secrets of a new channel; what the platform makes by itself is made. @throws {FluxoError} REQUEST_INVALID */
export function newSecrets(form: ChannelForm, given: Secrets, at: string): SecretChange {
  requireOwn(form, Object.keys(given))
  const generated = secretFields(form).filter(({ name, meta }) => meta.isGenerated && !given[name])
  const filled = { ...withoutEmpty(given) }
  for (const { name } of generated) filled[name] = generateSecret()
  const secrets = parseFields(form.secrets, filled, 'secrets') as Secrets
  const changed = Object.keys(secrets)
  return { secrets, dates: Object.fromEntries(changed.map((name) => [name, at])), changed }
}

/**
 * New values in place of the old ones; of fields that rotate the old one stays valid. @throws {FluxoError}
 * REQUEST_INVALID with the field
 */
export function rotatedSecrets(
  form: ChannelForm,
  before: { secrets: Secrets; dates: SecretDates },
  { rotation, at }: { rotation: SecretRotation; at: string },
): SecretChange {
  const given = withoutEmpty(rotation.secrets)
  requireOwn(form, [...Object.keys(given), ...rotation.generate])
  const fields = new Map(secretFields(form).map((field) => [field.name, field]))
  const secrets = { ...before.secrets }
  const changed: string[] = []
  const replace = (name: string, value: string): void => {
    const old = secrets[name]
    if (old === value) return
    const previous = fields.get(name)?.meta.previous
    if (previous !== undefined && old !== undefined) secrets[previous] = old
    secrets[name] = value
    changed.push(name)
  }
  for (const [name, value] of Object.entries(given)) replace(name, value)
  for (const name of rotation.generate) {
    if (!fields.get(name)?.meta.isGenerated) refuse(name, 'is not made by the platform')
    replace(name, generateSecret())
  }
  parseFields(form.secrets, secrets, 'secrets')
  const dates = { ...before.dates, ...Object.fromEntries(changed.map((name) => [name, at])) }
  return { secrets, dates, changed }
}

/** Without the former values. */
export function finishedSecrets(form: ChannelForm, secrets: Secrets): Secrets {
  const former = new Set(secretFields(form).map(({ meta }) => meta.previous))
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => !former.has(name)))
}

function requireOwn(form: ChannelForm, names: readonly string[]): void {
  const known = new Set(secretFields(form).map(({ name }) => name))
  const unknown = names.find((name) => !known.has(name))
  if (unknown !== undefined) refuse(unknown, 'is no secret of this channel')
}

function refuse(name: string, problem: string): never {
  const field = `secrets.${name}`
  throw new FluxoError('REQUEST_INVALID', { field, message: `${field} ${problem}` })
}

/** An empty field of a form says nothing. */
function withoutEmpty(secrets: Secrets): Secrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''))
}
