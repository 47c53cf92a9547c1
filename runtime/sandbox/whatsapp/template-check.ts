// What Meta refuses of a new template, in its own words.

import { placeholdersIn, type TemplateContent } from '#machines/contracts/whatsapp-template.ts'
import { fromMetaComponents } from '../../connectors/whatsapp/template-components.ts'

interface Given {
  name: string
  components: readonly unknown[]
  parameter_format: 'NAMED' | 'POSITIONAL'
}

/** Null where it is taken for review. */
export function refusalOfTemplate({ name, components, ...given }: Given): string | null {
  if (!/^[a-z0-9_]{1,512}$/.test(name))
    return 'Template name must be lower-case letters, digits and underscores'
  const { content } = fromMetaComponents(components)
  return bodyRefusal(content, given.parameter_format) ?? frameRefusal(content)
}

function bodyRefusal(
  { body, examples }: TemplateContent,
  format: Given['parameter_format'],
): string | null {
  if (body === '') return 'BODY: text is required'
  if (body.length > 1024) return 'BODY: text is longer than 1024 characters'
  const variables = placeholdersIn(body)
  const isNumbered = variables.every((variable, at) => variable === String(at + 1))
  if (format === 'POSITIONAL' && !isNumbered) return 'BODY: variables must be {{1}}, {{2}}, …'
  if (format === 'NAMED' && variables.some((variable) => !/^[a-z][a-z0-9_]*$/.test(variable)))
    return 'BODY: variable names must be lower-case letters, digits and underscores'
  if (/^\s*\{\{|\}\}\s*$/.test(body))
    return "Variables can't be at the start or end of the template"
  return variables.some((variable) => !examples[variable])
    ? 'BODY: component is missing expected field(s) (example)'
    : null
}

function frameRefusal({ header, footer, buttons }: TemplateContent): string | null {
  if (footer !== null && (footer.length > 60 || placeholdersIn(footer).length > 0))
    return 'FOOTER: at most 60 characters and no variables'
  if (header?.type === 'text') {
    const { text } = header
    if (text.length > 60 || placeholdersIn(text).length > 1)
      return 'HEADER: at most 60 characters and one variable'
  }
  if (header && 'handle' in header && !header.handle)
    return 'HEADER: component is missing expected field(s) (example)'
  return buttons.length > 10 ? 'BUTTONS: at most 10' : null
}
