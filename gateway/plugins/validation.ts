// The zod contracts as Fastify's validators and serializers: a reply that breaks its contract is our own fault.

import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ErrorReplySchema } from '#machines/contracts/api.ts'
import { idSchema, type IdKind } from '#machines/contracts/ids.ts'
import type { App } from '../context.ts'

export function addValidation(app: App): void {
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
}

/** The reply schemas of a route: its good answer, and the one form of all others. */
export function replies<Good extends z.ZodType>(
  good: Good,
): { 200: Good; '4xx': z.ZodType; '5xx': z.ZodType } {
  return { 200: good, '4xx': ErrorReplySchema, '5xx': ErrorReplySchema }
}

export function idParams(kind: IdKind): z.ZodObject<{ id: z.ZodString }> {
  return z.object({ id: idSchema(kind) })
}
