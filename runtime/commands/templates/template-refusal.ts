// What Meta said no to, as the error that a person reads.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Answered } from '../../connectors/whatsapp/template-api.ts'

export function refusalOf({
  error,
  isDown,
}: Extract<Answered<unknown>, { ok: false }>): FluxoError {
  const { code, message } = error
  return new FluxoError(isDown ? 'PROVIDER_UNREACHABLE' : 'TEMPLATE_REFUSED', {
    message: `${message} (${code})`,
    details: { code },
  })
}
