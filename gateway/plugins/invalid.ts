// What a schema said about a request, as the field and the sentence that a caller can act on.

import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod'
import { FluxoError } from '#machines/contracts/errors.ts'

export interface InvalidRequest {
  validation: ZodFastifySchemaValidationError[]
  validationContext?: string
}

const MAX_PROBLEMS = 20

export function toInvalid({ validation, validationContext }: InvalidRequest): FluxoError {
  const place = validationContext ?? 'body'
  const problems = validation.slice(0, MAX_PROBLEMS).map(({ instancePath, message }) => ({
    field: instancePath.slice(1).replaceAll('/', '.') || place,
    message: message ?? 'Invalid',
  }))
  const [first] = problems
  return new FluxoError('REQUEST_INVALID', {
    ...(first && { field: first.field, message: `${first.field}: ${first.message}` }),
    details: problems,
  })
}
