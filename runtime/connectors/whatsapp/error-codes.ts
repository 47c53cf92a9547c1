// What the WhatsApp Cloud API's error codes mean for us: what to do, whether a second try helps, the cause in words.

import type { EffectError } from '#machines/contracts/event.ts'
import { toStorableText } from '../json-body.ts'
import type { ProviderError } from './payload.ts'

/** What kind of trouble it is; later rules (stop a channel, write an opt-out, fall back) go by it. */
export type WhatsAppErrorClass =
  | 'auth'
  | 'permission'
  | 'rate'
  | 'spam'
  | 'not_delivered'
  | 'opted_out'
  | 'window_closed'
  | 'unreachable'
  | 'media'
  | 'temporary'
  | 'parameter'
  | 'template'
  | 'flow'
  | 'account'
  | 'unknown'

export interface WhatsAppErrorInfo {
  class: WhatsAppErrorClass
  /** True when the same send may succeed later and surely was not taken now. */
  retry: boolean
  cause: { 'pt-BR': string; en: string }
}

/** Meta's error documentation; where public lists disagree, Meta holds. */
const CLASSES: Record<WhatsAppErrorClass, WhatsAppErrorInfo> = {
  auth: {
    class: 'auth',
    retry: false,
    cause: {
      'pt-BR': 'O token de acesso é inválido ou expirou; renove-o nas configurações do canal',
      en: 'The access token is not valid or has expired; renew it in the channel settings',
    },
  },
  permission: {
    class: 'permission',
    retry: false,
    cause: {
      'pt-BR':
        'O aplicativo não tem permissão para este número; o administrador precisa concedê-la',
      en: 'The app has no permission for this number; an administrator has to grant it',
    },
  },
  rate: {
    class: 'rate',
    retry: true,
    cause: {
      'pt-BR': 'Mensagens demais em pouco tempo; será enviada de novo mais tarde',
      en: 'Too many messages in a short time; it will be sent again later',
    },
  },
  spam: {
    class: 'spam',
    retry: false,
    cause: {
      'pt-BR': 'O número atingiu o limite por denúncias de spam; pare as campanhas deste número',
      en: 'The number reached its limit through spam reports; stop the campaigns of this number',
    },
  },
  not_delivered: {
    class: 'not_delivered',
    retry: false,
    cause: {
      'pt-BR': 'O WhatsApp decidiu não entregar esta mensagem a esta pessoa agora; use outro canal',
      en: 'WhatsApp chose not to deliver this message to this person now; use another channel',
    },
  },
  opted_out: {
    class: 'opted_out',
    retry: false,
    cause: {
      'pt-BR': 'A pessoa não quer mais receber mensagens de marketing deste número',
      en: 'The person no longer wants marketing messages from this number',
    },
  },
  window_closed: {
    class: 'window_closed',
    retry: false,
    cause: {
      'pt-BR':
        'Passaram mais de 24 horas desde a última mensagem da pessoa; só um modelo pode ser enviado',
      en: 'More than 24 hours have passed since the person wrote; only a template may be sent',
    },
  },
  unreachable: {
    class: 'unreachable',
    retry: false,
    cause: {
      'pt-BR': 'O número não pode receber mensagens pelo WhatsApp',
      en: 'The number cannot receive WhatsApp messages',
    },
  },
  media: {
    class: 'media',
    retry: false,
    cause: {
      'pt-BR':
        'O tipo de mensagem ou a mídia não foi aceita; confira formato e tamanho, ou envie um link',
      en: 'The message type or the media was not accepted; check format and size, or send a link',
    },
  },
  temporary: {
    class: 'temporary',
    retry: true,
    cause: {
      'pt-BR': 'O WhatsApp teve uma falha passageira; será tentado de novo',
      en: 'WhatsApp had a passing fault; it will be tried again',
    },
  },
  parameter: {
    class: 'parameter',
    retry: false,
    cause: {
      'pt-BR': 'Um campo da mensagem não foi aceito',
      en: 'A field of the message was not accepted',
    },
  },
  template: {
    class: 'template',
    retry: false,
    cause: {
      'pt-BR': 'O modelo não existe, está pausado ou não combina com as variáveis enviadas',
      en: 'The template does not exist, is paused or does not match the variables sent',
    },
  },
  flow: {
    class: 'flow',
    retry: false,
    cause: {
      'pt-BR': 'O formulário do WhatsApp está bloqueado ou limitado; pergunte por mensagens',
      en: 'The WhatsApp Flow is blocked or throttled; ask by messages instead',
    },
  },
  account: {
    class: 'account',
    retry: false,
    cause: {
      'pt-BR':
        'A conta do WhatsApp está bloqueada, sem pagamento ou sem registro; veja o Gerenciador da Meta',
      en: 'The WhatsApp account is locked, unpaid or not registered; see the Meta manager',
    },
  },
  unknown: {
    class: 'unknown',
    retry: false,
    cause: {
      'pt-BR': 'O WhatsApp recusou a mensagem por um motivo que não conhecemos',
      en: 'WhatsApp refused the message for a reason that we do not know',
    },
  },
}

const MAX_ERROR_MESSAGE = 500

const CODES: Record<number, WhatsAppErrorClass> = {
  0: 'auth',
  190: 'auth',
  3: 'permission',
  10: 'permission',
  4: 'rate',
  80007: 'rate',
  130429: 'rate',
  131056: 'rate',
  131057: 'rate',
  131048: 'spam',
  131049: 'not_delivered',
  130472: 'not_delivered',
  131050: 'opted_out',
  131047: 'window_closed',
  131026: 'unreachable',
  131051: 'media',
  131052: 'media',
  131053: 'media',
  2: 'temporary',
  131000: 'temporary',
  131016: 'temporary',
  100: 'parameter',
  131008: 'parameter',
  131009: 'parameter',
  131021: 'parameter',
  132000: 'template',
  132001: 'template',
  132005: 'template',
  132007: 'template',
  132012: 'template',
  132015: 'template',
  132016: 'template',
  132068: 'flow',
  132069: 'flow',
  368: 'account',
  130497: 'account',
  131031: 'account',
  131042: 'account',
  131045: 'account',
}

/**
 * Describes a code of the WhatsApp Cloud API; one that we do not know is refused for good.
 * @param code Meta's number, e.g. 131047.
 */
export function describeWhatsAppError(code: number): WhatsAppErrorInfo {
  return CLASSES[CODES[code] ?? classOfRange(code)]
}

/** Our code, `WHATSAPP_131047`, and the provider's own words, which say more than its titles. */
export function toEffectError(error: ProviderError): EffectError {
  const words = error.error_data?.details ?? error.message ?? error.title
  const message = words ?? describeWhatsAppError(error.code).cause.en
  return {
    code: `WHATSAPP_${error.code}`,
    message: toStorableText(message.slice(0, MAX_ERROR_MESSAGE)),
  }
}

function classOfRange(code: number): WhatsAppErrorClass {
  if (code >= 200 && code <= 299) return 'permission'
  if (code >= 133000 && code <= 133099) return 'account'
  return 'unknown'
}
