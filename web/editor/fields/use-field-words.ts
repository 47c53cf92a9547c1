// The names of fields and of their choices in the page's language; what has no words keeps its own name.

import { useTexts } from '../../i18n/i18n.ts'
import { useFieldTexts } from '../../i18n/fields-texts.ts'
import { injectNeeded } from '../../state/inject.ts'
import { formKey } from './form-context.ts'

export function useFieldWords() {
  const form = injectNeeded(formKey)
  const { named, locale } = useTexts()
  // Merges the texts that `named` looks up.
  useFieldTexts()

  /** @param path inside the node: `.filter.source`, `.buttons[0].title` */
  function fieldName(name: string, path: string): string {
    const hint = form.hints.value.get(path.replaceAll(/\[\d+\]/g, '').slice(1))
    return hint?.label[locale.value] ?? named(`nodeField.${name}`, name)
  }

  const optionName = (option: string): string =>
    named(`nodeOption.${option.replaceAll(/[\s.-]/g, '_')}`, option)

  return { fieldName, optionName }
}
