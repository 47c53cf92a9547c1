// The words of the thread in both languages; they come with the contact's page and not with the app.

import { computed } from 'vue'
import { type AppLocale, useTexts } from '../i18n/i18n.ts'

const ptBR = {
  kinds: {
    template: 'Modelo',
    image: 'Imagem',
    audio: 'Áudio',
    document: 'Documento',
    video: 'Vídeo',
    sticker: 'Figurinha',
    location: 'Local',
    contacts: 'Contato',
    button: 'Botão',
    button_reply: 'Botão escolhido',
    list_reply: 'Item escolhido',
    nfm_reply: 'Formulário respondido',
    reaction: 'Reação',
    order: 'Pedido',
    system: 'Aviso do WhatsApp',
    unsupported: 'Mensagem que o WhatsApp não entregou',
    buttons: 'Botões',
    list: 'Lista',
    cta_url: 'Botão com link',
    carousel: 'Carrossel',
    location_request: 'Pedido de local',
  },
  media: {
    pending: 'O arquivo ainda não chegou',
    refused: 'O arquivo não foi guardado',
    expired: 'O arquivo não está mais disponível',
    open: 'Abrir a imagem',
    download: 'Baixar {name}',
    file: 'arquivo',
  },
  codes: {
    MEDIA_TYPE_MISMATCH: 'o conteúdo não é do tipo anunciado',
    MEDIA_TYPE_REFUSED: 'é um programa, e programas não são guardados',
    MEDIA_TOO_LARGE: 'é grande demais',
    MEDIA_EMPTY: 'está vazio',
    MEDIA_GONE: 'o WhatsApp já o apagou',
    MEDIA_RETENTION: 'o prazo de guarda terminou',
    MEDIA_ADDRESS_FOREIGN: 'o endereço não é do WhatsApp',
    WHATSAPP_TOKEN_MISSING: 'o canal não tem a senha de acesso',
  },
  map: 'Ver no mapa',
  forwarded: 'Encaminhada',
  answers: 'Em resposta a',
  removed: 'Reação retirada',
  fromAd: 'Veio de um anúncio',
  fromPhone: 'Escrita no celular da empresa',
  noReason: 'O WhatsApp não disse por quê.',
  reacted: 'Reação: {emoji}',
}

const en: typeof ptBR = {
  kinds: {
    template: 'Template',
    image: 'Image',
    audio: 'Audio',
    document: 'Document',
    video: 'Video',
    sticker: 'Sticker',
    location: 'Location',
    contacts: 'Contact',
    button: 'Button',
    button_reply: 'Chosen button',
    list_reply: 'Chosen item',
    nfm_reply: 'Form filled in',
    reaction: 'Reaction',
    order: 'Order',
    system: 'Notice of WhatsApp',
    unsupported: 'Message that WhatsApp did not hand over',
    buttons: 'Buttons',
    list: 'List',
    cta_url: 'Button with a link',
    carousel: 'Carousel',
    location_request: 'Request for a location',
  },
  media: {
    pending: 'The file is not here yet',
    refused: 'The file was not kept',
    expired: 'The file is no longer available',
    open: 'Open the image',
    download: 'Download {name}',
    file: 'file',
  },
  codes: {
    MEDIA_TYPE_MISMATCH: 'its content is not of the announced type',
    MEDIA_TYPE_REFUSED: 'it is a program, and programs are not kept',
    MEDIA_TOO_LARGE: 'it is too large',
    MEDIA_EMPTY: 'it is empty',
    MEDIA_GONE: 'WhatsApp has deleted it',
    MEDIA_RETENTION: 'it was kept as long as was asked for',
    MEDIA_ADDRESS_FOREIGN: 'its address is not WhatsApp’s',
    WHATSAPP_TOKEN_MISSING: 'the channel has no access token',
  },
  map: 'Show on the map',
  forwarded: 'Forwarded',
  answers: 'In answer to',
  removed: 'Reaction taken back',
  fromAd: 'Came from an ad',
  fromPhone: 'Written on the company’s phone',
  noReason: 'WhatsApp did not say why.',
  reacted: 'Reaction: {emoji}',
}

export const MESSAGE_TEXTS: Record<AppLocale, typeof ptBR> = { 'pt-BR': ptBR, en }

/** The words in the chosen language. */
export function useMessageTexts() {
  const { locale } = useTexts()
  return computed(() => MESSAGE_TEXTS[locale.value])
}

/** A name made at run time in words, or the fallback. */
export function wordFor(
  words: Readonly<Record<string, string>>,
  name: string,
  fallback: string,
): string {
  return Object.hasOwn(words, name) ? (words[name] ?? fallback) : fallback
}
