// Meta's error codes one by one: the class, and where it differs from its class the cause, the action or the rule.

import type { Words } from '../connector.ts'
import type { ErrorAction, RetryRule, WhatsAppErrorClass } from './error-terms.ts'

interface CodeInfo {
  class: WhatsAppErrorClass
  cause?: Words
  action?: ErrorAction
  rule?: RetryRule
}

const of = (kind: WhatsAppErrorClass): CodeInfo => ({ class: kind })

const because = (kind: WhatsAppErrorClass, ptBR: string, en: string): CodeInfo => ({
  class: kind,
  cause: { 'pt-BR': ptBR, en },
})

export const CODES: Readonly<Record<number, CodeInfo>> = {
  0: of('auth'),
  190: of('auth'),
  3: of('permission'),
  10: of('permission'),
  131005: of('permission'),

  4: because(
    'rate',
    'O aplicativo fez chamadas demais à Meta; será enviada de novo mais tarde',
    'The app called Meta too often; it will be sent again later',
  ),
  80007: because(
    'rate',
    'A conta do WhatsApp fez chamadas demais à Meta; será enviada de novo mais tarde',
    'The WhatsApp account called Meta too often; it will be sent again later',
  ),
  130429: because(
    'rate',
    'O número passou do limite de mensagens por segundo; será enviada de novo mais tarde',
    'The number passed its limit of messages per second; it will be sent again later',
  ),
  131056: {
    ...because(
      'rate',
      'Mensagens demais deste número para esta pessoa em pouco tempo; será enviada de novo mais tarde',
      'Too many messages from this number to this person in a short time; it will be sent again later',
    ),
    rule: 'pair',
  },
  131057: {
    ...because(
      'rate',
      'A Meta está aumentando a capacidade do número, o que leva cerca de um minuto',
      'Meta is raising the number’s throughput, which takes about a minute',
    ),
    rule: 'upgrade',
  },
  131064: of('rate'),

  131048: of('spam'),
  131049: because(
    'not_delivered',
    'O WhatsApp não entregou: esta pessoa já recebeu mensagens de marketing demais. Não tente de novo em breve; use outro canal',
    'WhatsApp did not deliver it: this person has had enough marketing messages. Do not try again soon; use another channel',
  ),
  130472: because(
    'not_delivered',
    'O número da pessoa faz parte de um experimento da Meta e não recebe esta mensagem; use outro canal',
    'The person’s number is part of an experiment of Meta’s and does not get this message; use another channel',
  ),
  131050: of('opted_out'),
  131047: of('window_closed'),
  131026: because(
    'unreachable',
    'A pessoa não pode receber mensagens do WhatsApp: o número não está lá, não aceitou os termos ou usa uma versão antiga',
    'The person cannot receive WhatsApp messages: the number is not there, has not accepted its terms or uses an old version',
  ),
  131030: because(
    'unreachable',
    'O número não está na lista de destinatários permitidos do número de teste',
    'The number is not among the allowed recipients of the test number',
  ),
  131021: because(
    'parameter',
    'Quem envia e quem recebe são o mesmo número',
    'Sender and recipient are the same number',
  ),

  131051: because(
    'media',
    'O WhatsApp não aceita este tipo de mensagem',
    'WhatsApp does not take this type of message',
  ),
  131052: because(
    'media',
    'O WhatsApp não conseguiu baixar o arquivo; confira se o endereço está aberto',
    'WhatsApp could not download the file; check that its address is open',
  ),
  131053: because(
    'media',
    'O WhatsApp não aceitou o arquivo; confira formato e tamanho, ou envie um link',
    'WhatsApp did not take the file; check format and size, or send a link',
  ),

  1: of('temporary'),
  2: of('temporary'),
  131000: of('temporary'),
  131016: of('temporary'),

  33: because(
    'parameter',
    'O número de envio não existe mais na Meta',
    'The sending number does not exist at Meta any more',
  ),
  100: because(
    'parameter',
    'Um campo da mensagem não existe ou tem um valor que a Meta não aceita',
    'A field of the message does not exist or has a value that Meta does not take',
  ),
  131008: because(
    'parameter',
    'Falta um campo obrigatório na mensagem',
    'A required field of the message is missing',
  ),
  131009: because(
    'parameter',
    'Um campo da mensagem tem um valor que a Meta não aceita',
    'A field of the message has a value that Meta does not take',
  ),
  135000: of('parameter'),

  132000: because(
    'template',
    'O número de variáveis enviadas não é o que o modelo pede',
    'The number of variables sent is not what the template asks for',
  ),
  132001: because(
    'template',
    'O modelo não existe neste idioma ou ainda não foi aprovado',
    'The template does not exist in this language or is not approved yet',
  ),
  132005: because(
    'template',
    'O texto do modelo ficou longo demais com as variáveis',
    'With its variables the template’s text became too long',
  ),
  132007: because(
    'template',
    'O conteúdo do modelo fere uma política do WhatsApp',
    'The template’s content breaks a policy of WhatsApp',
  ),
  132012: because(
    'template',
    'Uma variável do modelo foi enviada em um formato errado',
    'A variable of the template was sent in a wrong form',
  ),
  132015: because(
    'template',
    'O modelo está pausado por baixa qualidade; edite-o ou espere',
    'The template is paused for low quality; edit it or wait',
  ),
  132016: because(
    'template',
    'O modelo foi pausado tantas vezes que está desativado; crie um novo',
    'The template was paused so often that it is disabled; make a new one',
  ),
  132068: because(
    'flow',
    'O formulário do WhatsApp está bloqueado; pergunte por mensagens',
    'The WhatsApp Flow is blocked; ask by messages instead',
  ),
  132069: because(
    'flow',
    'O formulário do WhatsApp passou do limite de envios por hora; pergunte por mensagens',
    'The WhatsApp Flow passed its limit of sends per hour; ask by messages instead',
  ),

  368: because(
    'account',
    'A conta foi bloqueada por ferir políticas da Meta',
    'The account was blocked for breaking Meta’s policies',
  ),
  130497: because(
    'account',
    'A conta não pode enviar mensagens para o país desta pessoa',
    'The account may not send messages to this person’s country',
  ),
  131031: because(
    'account',
    'A conta do WhatsApp está bloqueada',
    'The WhatsApp account is locked',
  ),
  131037: because(
    'account',
    'O número ainda não tem um nome de exibição aprovado',
    'The number has no approved display name yet',
  ),
  131042: because(
    'account',
    'Há um problema de pagamento na conta da Meta',
    'There is a payment problem with the Meta account',
  ),
  131045: because(
    'account',
    'O número não está registrado corretamente; registre-o de novo',
    'The number is not registered properly; register it again',
  ),
  133004: { ...of('temporary') },
  133005: because(
    'account',
    'O PIN de verificação em duas etapas do número está errado',
    'The number’s two-step verification PIN is wrong',
  ),
  133006: because(
    'account',
    'O número precisa ser verificado antes do registro',
    'The number has to be verified before it is registered',
  ),
  133010: because(
    'account',
    'O número não está registrado na plataforma do WhatsApp',
    'The number is not registered on the WhatsApp platform',
  ),
  133016: because(
    'account',
    'O número foi registrado vezes demais; espere 72 horas',
    'The number was registered too often; wait 72 hours',
  ),
  134011: because(
    'account',
    'A conta ainda não aceitou os termos de pagamento',
    'The account has not accepted the payment terms yet',
  ),
}
