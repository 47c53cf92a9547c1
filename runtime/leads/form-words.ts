// What a published form says around the tenant's own words, in both languages.

export const FORM_LANGUAGES = ['pt-BR', 'en'] as const
export type FormLanguage = (typeof FORM_LANGUAGES)[number]

/** Why an answer is not taken. */
export type FormProblem = 'missing' | 'email' | 'phone' | 'choice' | 'long' | 'consent'

interface FormWords {
  submit: string
  thanks: string
  optional: string
  choose: string
  problems: string
  stale: string
  captcha: string
  captchaDown: string
  busy: string
  phoneHint: string
  problem: Record<FormProblem, string>
}

export const FORM_WORDS: Record<FormLanguage, FormWords> = {
  'pt-BR': {
    submit: 'Enviar',
    thanks: 'Recebemos suas informações. Obrigado!',
    optional: 'opcional',
    choose: 'Escolha…',
    problems: 'Corrija o que está marcado e envie de novo:',
    stale: 'Esta página ficou aberta por muito tempo. Confira seus dados e envie de novo.',
    captcha: 'Não conseguimos confirmar que você é uma pessoa. Tente de novo.',
    captchaDown: 'A verificação de segurança não respondeu. Tente de novo em um instante.',
    busy: 'Não conseguimos guardar suas informações agora. Tente de novo em um instante.',
    phoneHint: 'com DDD, por exemplo (11) 91234-5678',
    problem: {
      missing: 'preencha este campo',
      email: 'escreva um e-mail válido, como nome@exemplo.com.br',
      phone: 'escreva um telefone com DDD, como (11) 91234-5678',
      choice: 'escolha uma das opções',
      long: 'escreva um texto mais curto',
      consent: 'é preciso concordar para continuar',
    },
  },
  en: {
    submit: 'Send',
    thanks: 'We have your details. Thank you!',
    optional: 'optional',
    choose: 'Choose…',
    problems: 'Correct what is marked and send again:',
    stale: 'This page was open for a long time. Check your details and send again.',
    captcha: 'We could not confirm that you are a person. Try again.',
    captchaDown: 'The security check did not answer. Try again in a moment.',
    busy: 'We could not keep your details just now. Try again in a moment.',
    phoneHint: 'with area code, e.g. (11) 91234-5678',
    problem: {
      missing: 'fill in this field',
      email: 'write a valid e-mail, such as name@example.com',
      phone: 'write a phone number with its area code, such as (11) 91234-5678',
      choice: 'choose one of the options',
      long: 'write a shorter text',
      consent: 'you need to agree to go on',
    },
  },
}

/** The language that is asked for, else the browser's, else Portuguese. */
export function formLanguage(
  asked: string | undefined,
  accepted: string | undefined,
): FormLanguage {
  const isKnown = (word: string): word is FormLanguage => word === 'pt-BR' || word === 'en'
  if (asked !== undefined && isKnown(asked)) return asked
  const first = /^\s*(pt|en)\b/i.exec(asked ?? accepted ?? '')?.[1]?.toLowerCase()
  return first === 'en' ? 'en' : 'pt-BR'
}
