// Forms of channels: what a connector's schemas ask for, as a page can draw it, and what people filled in, checked.

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ChannelFormItem, FormField, SecretField } from '#machines/contracts/channels.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { ChannelForm, Connector, FieldMeta } from '../../connectors/connector.ts'
import { FIELDS } from '../../connectors/field-meta.ts'

/** A connector that channels can be opened for. */
export interface ChannelConnector extends Connector {
  channel: ChannelForm
}

/** Those that bring a form, by kind. */
export function channelConnectors(
  connectors: readonly Connector[],
): ReadonlyMap<string, ChannelConnector> {
  const withForm = connectors.flatMap((connector) =>
    connector.channel ? [{ ...connector, channel: connector.channel }] : [],
  )
  return new Map(withForm.map((connector) => [connector.name, connector]))
}

/** The form as it goes to the page. */
export function formItem({ name, title, channel }: ChannelConnector): ChannelFormItem {
  const { address, config, check } = channel
  return {
    kind: name,
    title,
    address: {
      title: address.title,
      hint: address.hint ?? null,
      pattern: address.pattern.source,
    },
    config: describedFields(config).map(fieldItem),
    secrets: secretFields(channel).map(({ meta, ...described }): SecretField => ({
      ...fieldItem({ meta, ...described }),
      isGenerated: meta.isGenerated ?? false,
      rotates: meta.previous !== undefined,
    })),
    canCheck: check !== undefined,
  }
}

interface DescribedField {
  name: string
  schema: z.ZodType
  meta: FieldMeta
}

/** The fields that say something of themselves, in their order; the others are the connector's own affair. */
function describedFields(object: z.ZodObject): DescribedField[] {
  return Object.entries(object.shape).flatMap(([name, given]) => {
    const schema = given as z.ZodType
    const meta = metaOf(schema)
    return meta ? [{ name, schema, meta }] : []
  })
}

/** What was said of a field before it was made optional or got a default still holds. */
function metaOf(schema: z.ZodType): FieldMeta | undefined {
  const known = FIELDS.get(schema)
  const inner = (schema.def as { innerType?: z.ZodType }).innerType
  return known ?? (inner && metaOf(inner))
}

export function secretFields(form: ChannelForm): DescribedField[] {
  return describedFields(form.secrets)
}

function fieldItem({ name, schema, meta }: DescribedField): FormField {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const options = (json.enum ?? []).filter((value) => typeof value === 'string')
  return {
    name,
    title: meta.title,
    hint: meta.hint ?? null,
    control: controlOf(json.type, { options, meta }),
    options,
    isRequired: !schema.safeParse(undefined).success,
    initial: (json.default ?? null) as Json,
  }
}

function controlOf(
  type: unknown,
  { options, meta }: { options: readonly string[]; meta: FieldMeta },
): FormField['control'] {
  if (options.length > 0) return 'choice'
  if (type === 'boolean') return 'switch'
  if (type === 'number' || type === 'integer') return 'number'
  return meta.isLong ? 'long_text' : 'text'
}

/** @throws {FluxoError} REQUEST_INVALID with the field, `config.…` or `secrets.…` */
export function parseFields(
  schema: z.ZodObject,
  values: Record<string, unknown>,
  area: 'config' | 'secrets',
): JsonObject {
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data as JsonObject
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = [area, ...(unknown === undefined ? (issue?.path ?? []) : [unknown])].join('.')
  // Never what was given: it may be a secret.
  const message = `${field}: ${issue?.code === 'invalid_format' ? 'not of the expected form' : (issue?.message ?? 'not valid')}`
  throw new FluxoError('REQUEST_INVALID', { field, message })
}

/** @throws {FluxoError} REQUEST_INVALID */
export function requireAddress({ address }: ChannelForm, given: string): void {
  if (new RegExp(`^(?:${address.pattern.source})$`, address.pattern.flags).test(given)) return
  const message = 'address: not of the expected form'
  throw new FluxoError('REQUEST_INVALID', { field: 'address', message })
}

/** What the platform makes by itself: letters, digits, `-` and `_`. */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url')
}
