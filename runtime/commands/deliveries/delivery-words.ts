// Why something did not get through and what to do about it, by code, in both languages.

import { describeWhatsAppError, whatsAppCodeOf } from '../../connectors/whatsapp/error-codes.ts'
import type { ErrorAction } from '../../connectors/whatsapp/error-terms.ts'
import { OWN_CODES } from '../../connectors/whatsapp/own-codes.ts'

export interface Localized {
  'pt-BR': string
  en: string
}

/** Why, in a sentence; what has no words yet says what was reported. */
export function whyOf(code: string, message: string): Localized {
  const meta = metaClass(code)
  if (meta && meta.info.class !== 'unknown') return meta.info.cause
  const known = WHY[code] ?? OWN_CODES[code]
  if (known) return { 'pt-BR': known[0], en: known[1] }
  const status = /^HTTP_(\d{3})$/.exec(code)?.[1]
  if (status !== undefined) {
    return {
      'pt-BR': `O outro sistema respondeu com o erro ${status}`,
      en: `The other system answered with error ${status}`,
    }
  }
  return { 'pt-BR': message, en: message }
}

/** What a person can do about it. */
export function wayOutOf(code: string): Localized {
  const meta = metaClass(code)
  const way = meta ? BY_ACTION[meta.info.action] : (BY_CODE[code] ?? areaWay(code))
  const [ptBR, en] = WAYS[way]
  return { 'pt-BR': ptBR, en }
}

function metaClass(code: string) {
  const number = whatsAppCodeOf(code)
  return number === null ? null : { info: describeWhatsAppError(number) }
}

function areaWay(code: string): Way {
  if (code.startsWith('WHATSAPP_TEMPLATE_')) return 'template'
  if (code.startsWith('HTTP_4')) return 'correct'
  if (code.startsWith('HTTP_5') || code.startsWith('EGRESS_')) return 'otherSystem'
  if (code.startsWith('WHATSAPP_') || code.startsWith('WEBHOOK_')) return 'correct'
  return 'look'
}

type Way = keyof typeof WAYS

const WAYS = {
  later: [
    'Espere um pouco e reenvie; nada precisa ser corrigido.',
    'Wait a little and send again; nothing needs correcting.',
  ],
  channel: [
    'Corrija o canal nas configurações e depois reenvie tudo o que falhou por este motivo.',
    'Set the channel right in its settings, then send again all that failed for this reason.',
  ],
  account: [
    'Resolva a conta no Gerenciador da Meta e depois reenvie tudo o que falhou por este motivo.',
    'Settle the account in the Meta manager, then send again all that failed for this reason.',
  ],
  template: [
    'Confira o modelo e os dados que ele pede; corrija aqui ou no fluxo e reenvie.',
    'Check the template and the values it asks for; correct it here or in the workflow and send again.',
  ],
  windowClosed: [
    'Espere a pessoa escrever de novo, ou mande um modelo aprovado por um fluxo.',
    'Wait until the person writes again, or send an approved template by a workflow.',
  ],
  respect: [
    'Não reenvie: a decisão é da pessoa. Dispense esta falha.',
    'Do not send again: it is the person’s decision. Dismiss this failure.',
  ],
  consent: [
    'Registre a autorização da pessoa antes de reenviar, ou dispense esta falha.',
    'Note the person’s consent before sending again, or dismiss this failure.',
  ],
  address: [
    'Confira o telefone ou o e-mail do contato; depois de corrigido, reenvie.',
    'Check the contact’s phone or e-mail; once it is right, send again.',
  ],
  correct: [
    'Corrija o conteúdo aqui e reenvie; corrija também o fluxo, para não falhar com os próximos.',
    'Correct the content here and send again; correct the workflow too, so that the next do not fail.',
  ],
  otherSystem: [
    'Confira se o outro sistema está no ar e reenvie.',
    'Check that the other system is up and send again.',
  ],
  uncertain: [
    'Confirme com a pessoa ou no provedor se chegou. Se não chegou, reenvie; se chegou, dispense.',
    'Ask the person or the provider whether it arrived. If not, send again; if so, dismiss it.',
  ],
  missing: [
    'Esta conexão ainda não existe nesta instalação. Dispense, ou reenvie quando existir.',
    'This connection does not exist in this installation yet. Dismiss it, or send again once it does.',
  ],
  envelope: [
    'Corrija o conteúdo e aplique de novo, ou deixe este acontecimento de fora: os seguintes do contato esperam por isto.',
    'Correct the content and apply it again, or leave this event out: the contact’s later ones wait for it.',
  ],
  model: [
    'Confira chave, modelo e limite em Inteligência. O fluxo já seguiu pelo caminho sem resposta: dispense esta falha.',
    'Check key, model and cap under Intelligence. The workflow has gone on without an answer: dismiss this failure.',
  ],
  look: [
    'Veja o que foi relatado, corrija e reenvie; se não fizer mais sentido, dispense.',
    'Look at what was reported, correct it and send again; dismiss it if it makes no sense any more.',
  ],
} as const satisfies Record<string, readonly [ptBR: string, en: string]>

const BY_ACTION: Record<ErrorAction, Way> = {
  wait: 'later',
  renew_token: 'channel',
  grant_permission: 'channel',
  stop_campaigns: 'account',
  other_channel: 'respect',
  respect_opt_out: 'respect',
  use_template: 'windowClosed',
  mark_unreachable: 'address',
  fix_media: 'correct',
  fix_content: 'correct',
  fix_template: 'template',
  ask_in_chat: 'account',
  settle_account: 'account',
  look: 'look',
}

const BY_CODE: Record<string, Way> = {
  POLICY_OPTED_OUT: 'respect',
  POLICY_NO_CONSENT: 'consent',
  POLICY_NO_CHANNEL: 'address',
  POLICY_WINDOW_CLOSED: 'windowClosed',
  CHANNEL_MISSING: 'channel',
  CHANNEL_PAUSED: 'channel',
  SECRET_UNREADABLE: 'channel',
  WHATSAPP_TOKEN_MISSING: 'channel',
  CONNECTOR_MISSING: 'missing',
  CONTACT_ADDRESS_MISSING: 'address',
  WHATSAPP_TO_INVALID: 'address',
  PROVIDER_RECIPIENT: 'respect',
  PROVIDER_CREDENTIALS: 'channel',
  PROVIDER_REFUSED: 'correct',
  MESSAGE_EMPTY: 'correct',
  MESSAGE_TOO_LONG: 'correct',
  MESSAGE_KIND_UNSUPPORTED: 'correct',
  CONTACT_UNKNOWN: 'respect',
  CONTACT_NOT_STORABLE: 'correct',
  TEMPLATE_MISSING: 'template',
  EFFECT_UNCERTAIN: 'uncertain',
  TIMEOUT: 'uncertain',
  EGRESS_INTERRUPTED: 'uncertain',
  EGRESS_BLOCKED: 'correct',
  PROVIDER_FAILED: 'later',
  TRANSFORM_FAILED: 'correct',
  TRANSFORM_LIMIT: 'correct',
  ENVELOPE_PARKED: 'envelope',
  AI_CAP_REACHED: 'model',
  AI_NOT_CONFIGURED: 'model',
  AI_KEY_REFUSED: 'model',
  AI_MODEL_UNKNOWN: 'model',
}

const WHY: Record<string, readonly [ptBR: string, en: string]> = {
  POLICY_OPTED_OUT: [
    'A pessoa pediu para não receber mensagens',
    'The person asked for no messages',
  ],
  POLICY_NO_CONSENT: [
    'A pessoa não autorizou mensagens deste tipo',
    'The person has not agreed to messages of this kind',
  ],
  POLICY_WINDOW_CLOSED: [
    'A última mensagem da pessoa tem mais de 24 horas; só um modelo aprovado pode ser enviado',
    'The person last wrote more than 24 hours ago; only an approved template may be sent',
  ],
  POLICY_NO_CHANNEL: [
    'A pessoa ainda não escreveu em nenhum canal; não se sabe por onde responder',
    'The person has not written on any channel yet; nobody knows where to answer',
  ],
  AI_LOW_CONFIDENCE: ['A IA não teve certeza suficiente', 'The AI was not sure enough'],
  AI_BLOCKED: ['A IA se recusou a responder', 'The AI refused to answer'],
  AI_INVALID: [
    'A resposta da IA não tem a forma pedida, nem depois de corrigida',
    'The answer of the AI does not have the form that was asked for, not even when asked again',
  ],
  AI_CAP_REACHED: [
    'Os tokens deste mês acabaram; a IA não foi consultada',
    'The tokens of this month are used up; the AI was not asked',
  ],
  AI_NOT_CONFIGURED: ['Nenhum modelo de IA está configurado', 'No AI model is set up'],
  AI_KEY_REFUSED: ['O provedor da IA não aceitou a chave', 'The AI provider did not take the key'],
  AI_MODEL_UNKNOWN: [
    'O provedor não tem este modelo de IA',
    'The provider does not have this AI model',
  ],
  CHANNEL_PAUSED: ['O canal está pausado', 'The channel is paused'],
  CHANNEL_MISSING: [
    'Nenhum canal está configurado para enviar isto',
    'No channel is set up to send this',
  ],
  CONNECTOR_MISSING: [
    'A conexão que faria isto ainda não existe',
    'The connection that would do this does not exist yet',
  ],
  CONTACT_ADDRESS_MISSING: [
    'O contato não tem telefone ou e-mail para este canal',
    'The contact has no phone or e-mail for this channel',
  ],
  CONTACT_NOT_STORABLE: [
    'Os dados do contato não puderam ser gravados',
    'The contact’s data could not be stored',
  ],
  CONTACT_UNKNOWN: ['Este contato não existe mais', 'This contact does not exist any more'],
  EFFECT_UNCERTAIN: [
    'Nenhuma tentativa terminou com uma resposta: não se sabe se chegou',
    'No attempt ended with an answer: nobody knows whether it arrived',
  ],
  EFFECT_GIVEN_UP: ['Uma pessoa desistiu deste envio', 'A person gave this send up'],
  EGRESS_BLOCKED: ['O endereço não é permitido', 'The address is not allowed'],
  EGRESS_UNREACHABLE: [
    'O outro sistema não respondeu; nada foi enviado',
    'The other system did not answer; nothing was sent',
  ],
  EGRESS_INTERRUPTED: [
    'O pedido foi enviado, mas a resposta não chegou inteira',
    'The request was sent, but no whole answer came',
  ],
  EGRESS_TOO_LARGE: [
    'A resposta do outro sistema é grande demais',
    'The answer of the other system is too large',
  ],
  ENVELOPE_PARKED: [
    'Este acontecimento não pôde ser aplicado ao contato, mesmo depois de três tentativas',
    'This event could not be applied to the contact, even after three tries',
  ],
  PROVIDER_FAILED: [
    'O provedor não conseguiu fazer o envio',
    'The provider could not do the delivery',
  ],
  SECRET_UNREADABLE: [
    'A senha de acesso ao canal não pôde ser lida',
    'The channel’s access token could not be read',
  ],
  TEMPLATE_MISSING: ['O modelo de mensagem não existe', 'The message template does not exist'],
  TIMEOUT: [
    'A resposta demorou demais: não se sabe se chegou',
    'The answer took too long: nobody knows whether it arrived',
  ],
  TRANSFORM_FAILED: ['A transformação dos dados falhou', 'Reshaping the data failed'],
  TRANSFORM_LIMIT: ['A transformação dos dados demorou demais', 'Reshaping the data took too long'],
  LETTER_RESOLVED: ['Já foi resolvido antes', 'It was resolved before'],
  LETTER_DELIVERED: [
    'O provedor avisou depois que chegou',
    'The provider told later that it had arrived',
  ],
  LETTER_UNWANTED: [
    'Ninguém espera mais por esta resposta: o fluxo seguiu sem ela',
    'Nobody waits for this answer any more: the workflow went on without it',
  ],
  LETTER_AGENT: [
    'Uma pessoa da equipe cuida da conversa',
    'A person of the team has the conversation',
  ],
  LETTER_GONE: [
    'O acontecimento não está mais na fila do contato',
    'The event is not in the contact’s queue any more',
  ],
}
