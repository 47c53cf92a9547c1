// The known ways in which an effect of a kind can fail, the likely ones first. Pure.

export interface KnownFailure {
  code: string
  /** As the machine is told; people read the words of the code. */
  message: string
}

const of = (code: string, message: string): KnownFailure => ({ code, message })

const LATE = of('TIMEOUT', 'The answer took too long')
const UNCERTAIN = of('EFFECT_UNCERTAIN', 'It is not known whether it was accepted')
const PAUSED = of('CHANNEL_PAUSED', 'The channel is paused')
const NO_ADDRESS = of('CONTACT_ADDRESS_MISSING', 'The contact has no address on this channel')
const OPTED_OUT = of('POLICY_OPTED_OUT', 'The contact wants no more messages')
const NO_CONSENT = of('POLICY_NO_CONSENT', 'The contact has not agreed')

const WHATSAPP: readonly KnownFailure[] = [
  of('WHATSAPP_131047', 'More than 24 hours have passed since the contact last wrote'),
  of('WHATSAPP_131026', 'Message undeliverable'),
  of('WHATSAPP_131049', 'Not delivered to keep the ecosystem healthy'),
  of('WHATSAPP_131050', 'The contact has stopped marketing messages'),
  of('WHATSAPP_131056', 'Too many messages to this contact'),
  of('WHATSAPP_130429', 'The number passed its limit of messages per second'),
  of('WHATSAPP_131000', 'Something went wrong'),
]

const BY_KIND: Readonly<Record<string, readonly KnownFailure[]>> = {
  'whatsapp.send_template': [
    of('WHATSAPP_132001', 'The template does not exist in this language'),
    of('WHATSAPP_132015', 'The template is paused'),
    of('WHATSAPP_132000', 'The number of variables is wrong'),
  ],
  'whatsapp.send_media': [
    of('WHATSAPP_131052', 'The file could not be downloaded'),
    of('WHATSAPP_131053', 'The file was not taken'),
  ],
  'webhook.call': [
    of('EGRESS_UNREACHABLE', 'The other side did not answer'),
    of('HTTP_404', 'The other side answered 404'),
    of('HTTP_429', 'The other side answered 429'),
    of('HTTP_500', 'The other side answered 500'),
    of('EGRESS_BLOCKED', 'The address is not allowed'),
  ],
  'subflow.start': [
    of('SUBFLOW_FAILED', 'The called workflow failed'),
    of('SUBFLOW_UNAVAILABLE', 'The called workflow is not published'),
    of('SUBFLOW_DEPTH', 'Workflows call each other too deeply'),
  ],
  'transform.json': [
    of('TRANSFORM_FAILED', 'The transformation failed'),
    of('TRANSFORM_LIMIT', 'The transformation took too long'),
  ],
}

const BY_FAMILY: Readonly<Record<string, readonly KnownFailure[]>> = {
  whatsapp: WHATSAPP,
  email: [
    of('EMAIL_BOUNCED', 'The address does not exist'),
    of('EMAIL_BLOCKED', 'The server refused it for now'),
    of('EMAIL_SUPPRESSED', 'Mail to this address came back before'),
    of('EMAIL_REJECTED', 'The provider rejected it'),
    of('EMAIL_TEMPLATE_INVALID', 'The template cannot be filled'),
  ],
  message: [
    of('PROVIDER_RECIPIENT', 'The contact cannot be reached'),
    of('PROVIDER_REFUSED', 'The provider refused it'),
    of('PROVIDER_CREDENTIALS', 'The provider did not take the credentials'),
  ],
  ai: [
    of('AI_LOW_CONFIDENCE', 'The model was not sure enough'),
    of('AI_BLOCKED', 'The model refused to answer'),
    of('AI_INVALID', 'The answer has another form'),
    of('AI_CAP_REACHED', 'The tokens of this month are used up'),
    of('AI_NOT_CONFIGURED', 'No model is configured'),
  ],
  contact: [of('CONTACT_NOT_STORABLE', 'The facts could not be kept')],
}

/** Failures worth trying for an effect of this kind. */
export function failuresOf(kind: string): readonly KnownFailure[] {
  const [family = ''] = kind.split('.')
  const own = [...(BY_KIND[kind] ?? []), ...(BY_FAMILY[family] ?? [])]
  const sends = family === 'whatsapp' || family === 'email' || family === 'message'
  if (sends) return [...own, LATE, UNCERTAIN, PAUSED, NO_ADDRESS, OPTED_OUT, NO_CONSENT]
  return family === 'contact' || family === 'tag' ? own : [...own, LATE]
}
