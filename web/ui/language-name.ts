// Languages of templates by their names, written as a sentence begins.

/**
 * @param locale whose words are used, `pt-BR`
 * @param code as providers write it, `pt_BR`
 * @returns `Português (Brasil)`; the code where nobody knows it
 */
export function languageName(locale: string, code: string): string {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language' }).of(code.replace('_', '-'))
    return name ? name.charAt(0).toLocaleUpperCase(locale) + name.slice(1) : code
  } catch {
    return code
  }
}
