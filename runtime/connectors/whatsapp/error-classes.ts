// Each class of error of the Cloud API: its cause in words, what to do, when to try again.

import type { Words } from '../connector.ts'
import type { ErrorAction, RetryRule, WhatsAppErrorClass } from './error-terms.ts'

interface ClassInfo {
  rule: RetryRule
  action: ErrorAction
  cause: Words
}

/** Meta's error documentation; where public lists disagree, Meta holds. */
export const CLASSES: Readonly<Record<WhatsAppErrorClass, ClassInfo>> = {
  auth: {
    rule: 'never',
    action: 'renew_token',
    cause: {
      'pt-BR': 'O token de acesso é inválido ou expirou; renove-o nas configurações do canal',
      en: 'The access token is not valid or has expired; renew it in the channel settings',
    },
  },
  permission: {
    rule: 'never',
    action: 'grant_permission',
    cause: {
      'pt-BR':
        'O aplicativo não tem permissão para este número; o administrador precisa concedê-la',
      en: 'The app has no permission for this number; an administrator has to grant it',
    },
  },
  rate: {
    rule: 'number',
    action: 'wait',
    cause: {
      'pt-BR': 'Mensagens demais em pouco tempo; será enviada de novo mais tarde',
      en: 'Too many messages in a short time; it will be sent again later',
    },
  },
  spam: {
    rule: 'never',
    action: 'stop_campaigns',
    cause: {
      'pt-BR': 'O número atingiu o limite por denúncias de spam; pare as campanhas deste número',
      en: 'The number reached its limit through spam reports; stop the campaigns of this number',
    },
  },
  not_delivered: {
    rule: 'never',
    action: 'other_channel',
    cause: {
      'pt-BR': 'O WhatsApp decidiu não entregar esta mensagem a esta pessoa agora; use outro canal',
      en: 'WhatsApp chose not to deliver this message to this person now; use another channel',
    },
  },
  opted_out: {
    rule: 'never',
    action: 'respect_opt_out',
    cause: {
      'pt-BR': 'A pessoa não quer mais receber mensagens de marketing deste número',
      en: 'The person no longer wants marketing messages from this number',
    },
  },
  window_closed: {
    rule: 'never',
    action: 'use_template',
    cause: {
      'pt-BR':
        'Passaram mais de 24 horas desde a última mensagem da pessoa; só um modelo pode ser enviado',
      en: 'More than 24 hours have passed since the person wrote; only a template may be sent',
    },
  },
  unreachable: {
    rule: 'never',
    action: 'mark_unreachable',
    cause: {
      'pt-BR': 'O número não pode receber mensagens pelo WhatsApp',
      en: 'The number cannot receive WhatsApp messages',
    },
  },
  media: {
    rule: 'never',
    action: 'fix_media',
    cause: {
      'pt-BR':
        'O tipo de mensagem ou a mídia não foi aceita; confira formato e tamanho, ou envie um link',
      en: 'The message type or the media was not accepted; check format and size, or send a link',
    },
  },
  temporary: {
    rule: 'backoff',
    action: 'wait',
    cause: {
      'pt-BR': 'O WhatsApp teve uma falha passageira; será tentado de novo',
      en: 'WhatsApp had a passing fault; it will be tried again',
    },
  },
  parameter: {
    rule: 'never',
    action: 'fix_content',
    cause: {
      'pt-BR': 'Um campo da mensagem não foi aceito',
      en: 'A field of the message was not accepted',
    },
  },
  template: {
    rule: 'never',
    action: 'fix_template',
    cause: {
      'pt-BR': 'O modelo não existe, está pausado ou não combina com as variáveis enviadas',
      en: 'The template does not exist, is paused or does not match the variables sent',
    },
  },
  flow: {
    rule: 'never',
    action: 'ask_in_chat',
    cause: {
      'pt-BR': 'O formulário do WhatsApp está bloqueado ou limitado; pergunte por mensagens',
      en: 'The WhatsApp Flow is blocked or throttled; ask by messages instead',
    },
  },
  account: {
    rule: 'never',
    action: 'settle_account',
    cause: {
      'pt-BR':
        'A conta do WhatsApp está bloqueada, sem pagamento ou sem registro; veja o Gerenciador da Meta',
      en: 'The WhatsApp account is locked, unpaid or not registered; see the Meta manager',
    },
  },
  unknown: {
    rule: 'never',
    action: 'look',
    cause: {
      'pt-BR': 'O WhatsApp recusou a mensagem por um motivo que não conhecemos',
      en: 'WhatsApp refused the message for a reason that we do not know',
    },
  },
}
