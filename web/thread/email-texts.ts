// The words of a mail in the thread in both languages; they come with the contact's page and not with the app.

import { computed } from 'vue'
import { type AppLocale, useTexts } from '../i18n/i18n.ts'

const ptBR = {
  kind: 'E-mail',
  noSubject: '(sem assunto)',
  from: 'De {address}',
  showHtml: 'Ver como foi formatado',
  hideHtml: 'Ver só o texto',
  showWhole: 'Ver com as citações',
  hideWhole: 'Ver só o texto novo',
  frame: 'E-mail de {address}',
  loading: 'Abrindo o e-mail…',
  failed: 'O e-mail formatado não pôde ser aberto.',
  retry: 'Tentar de novo',
  gone: 'O e-mail formatado não está mais disponível.',
  files: 'Anexos',
  leftOut: 'Anexos a mais que não foram guardados: {count}',
}

const en: typeof ptBR = {
  kind: 'E-mail',
  noSubject: '(no subject)',
  from: 'From {address}',
  showHtml: 'Show with its formatting',
  hideHtml: 'Show the text only',
  showWhole: 'Show with what is quoted',
  hideWhole: 'Show what is new only',
  frame: 'E-mail from {address}',
  loading: 'Opening the e-mail…',
  failed: 'The formatted e-mail could not be opened.',
  retry: 'Try again',
  gone: 'The formatted e-mail is no longer available.',
  files: 'Attachments',
  leftOut: 'Further attachments that were not kept: {count}',
}

const EMAIL_TEXTS: Record<AppLocale, typeof ptBR> = { 'pt-BR': ptBR, en }

/** The words in the chosen language. */
export function useEmailTexts() {
  const { locale } = useTexts()
  return computed(() => EMAIL_TEXTS[locale.value])
}
