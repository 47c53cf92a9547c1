// How a source is sent to from a shell, signed as it wants it.

import type { Source } from '#machines/contracts/sources.ts'

const LEAD =
  '{"event_id":"teste-1","name":"Ana","phone":"(31) 99999-9999","email":"ana@example.com"}'
const EVENT =
  '{"event_id":"compra-1","type":"purchase.approved","contact":{"phone":"(31) 99999-9999"},"payload":{"value":99.9,"currency":"BRL"}}'

export function sendExample(address: string, { signing, type }: Source): string {
  const body = type === 'events' ? EVENT : LEAD
  const send = `curl -X POST '${address}' \\
  -H 'Content-Type: application/json' \\`
  if (signing === 'body') {
    return `SECRET='…'
BODY='${body}'
SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex | sed 's/.* //')
${send}
  -H "X-Signature: sha256=$SIGNATURE" --data "$BODY"`
  }
  return `SECRET='…'
BODY='${body}'
TIMESTAMP=$(date +%s); NONCE=$(openssl rand -hex 12)
SIGNATURE=$(printf '%s.%s.%s' "$TIMESTAMP" "$NONCE" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex | sed 's/.* //')
${send}
  -H "X-Timestamp: $TIMESTAMP" -H "X-Nonce: $NONCE" \\
  -H "X-Signature: sha256=$SIGNATURE" --data "$BODY"`
}
