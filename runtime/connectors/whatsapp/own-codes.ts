// Why a message was not even tried, by our own codes, in both languages.

export const OWN_CODES: Readonly<Record<string, readonly [ptBR: string, en: string]>> = {
  WHATSAPP_TOKEN_MISSING: [
    'O canal do WhatsApp não tem a senha de acesso',
    'The WhatsApp channel has no access token',
  ],
  WHATSAPP_TO_INVALID: [
    'O telefone não está em um formato válido',
    'The phone number is not in a valid form',
  ],
  WHATSAPP_FIELD_EMPTY: [
    'Um campo obrigatório da mensagem ficou vazio',
    'A required field of the message is empty',
  ],
  WHATSAPP_FIELD_TOO_LONG: [
    'Um campo da mensagem ficou mais longo do que o WhatsApp aceita',
    'A field of the message is longer than WhatsApp takes',
  ],
  WHATSAPP_FIELD_REPEATED: [
    'Um campo da mensagem se repete e não pode',
    'A field of the message stands there twice and must not',
  ],
  WHATSAPP_LINK_INVALID: [
    'O endereço não começa com https://',
    'The address does not begin with https://',
  ],
  WHATSAPP_COUNT: [
    'Botões, itens, cartões ou contatos são mais ou menos do que o WhatsApp aceita',
    'There are more or fewer buttons, rows, cards or contacts than WhatsApp takes',
  ],
  WHATSAPP_FIELD_INVALID: [
    'Um campo da mensagem tem um valor que o WhatsApp não aceita',
    'A field of the message has a value that WhatsApp does not take',
  ],
  WHATSAPP_MESSAGE_UNKNOWN: [
    'A pessoa ainda não escreveu nada a que isto possa se referir',
    'The person has written nothing yet that this could be about',
  ],
  WHATSAPP_CARDS_MIXED: [
    'Os cartões do carrossel precisam ter o mesmo tipo de mídia e os mesmos botões',
    'The cards of a carousel need the same kind of media and the same buttons',
  ],
  WHATSAPP_MEDIA_MISSING: [
    'O arquivo não existe ou já foi apagado',
    'The file does not exist or was deleted',
  ],
  WHATSAPP_MEDIA_TYPE: [
    'O WhatsApp não aceita este formato de arquivo aqui',
    'WhatsApp does not take this file format here',
  ],
  WHATSAPP_MEDIA_TOO_LARGE: [
    'O arquivo é maior do que o WhatsApp aceita',
    'The file is larger than WhatsApp takes',
  ],
  WHATSAPP_TEMPLATE_UNKNOWN: [
    'O WhatsApp não conhece este modelo',
    'WhatsApp does not know this template',
  ],
  WHATSAPP_TEMPLATE_VARIABLE_MISSING: [
    'Falta um dado que o modelo pede',
    'A value that the template asks for is missing',
  ],
  WHATSAPP_TEMPLATE_TOO_LONG: [
    'O texto do modelo ficou longo demais com os dados preenchidos',
    'With its values filled in the template’s text is too long',
  ],
  WHATSAPP_TEMPLATE_HEADER: [
    'O cabeçalho enviado não é o que o modelo pede',
    'The header sent is not what the template asks for',
  ],
  WHATSAPP_TEMPLATE_BUTTON: [
    'Os botões enviados não são os que o modelo pede',
    'The buttons sent are not those that the template asks for',
  ],
  WHATSAPP_TEMPLATE_DRAFT: [
    'O modelo ainda não foi enviado para aprovação',
    'The template was not submitted for approval yet',
  ],
  WHATSAPP_TEMPLATE_REJECTED: [
    'A Meta rejeitou o modelo; corrija e envie de novo',
    'Meta rejected the template; correct it and submit it again',
  ],
  WHATSAPP_TEMPLATE_PAUSED: [
    'A Meta pausou o modelo por baixa qualidade; nada foi enviado',
    'Meta paused the template for low quality; nothing was sent',
  ],
  WHATSAPP_TEMPLATE_DISABLED: [
    'A Meta desativou o modelo; crie um novo',
    'Meta disabled the template; make a new one',
  ],
  WHATSAPP_TEMPLATE_ARCHIVED: ['O modelo está arquivado', 'The template is archived'],
  WHATSAPP_TEMPLATE_DELETED: ['O modelo foi apagado na Meta', 'The template was deleted at Meta'],
}
