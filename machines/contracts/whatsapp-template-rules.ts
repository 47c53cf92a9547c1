// What Meta refuses in a new template, said before it is submitted ("Template components", "Template review").

import { charactersOf, WHATSAPP_LIMITS } from './whatsapp-limits.ts'
import {
  areNamed,
  PLACEHOLDER,
  placeholdersIn,
  type TemplateButton,
  type TemplateDraft,
} from './whatsapp-template.ts'

export interface TemplateProblem {
  /** Path in the draft: `body`, `buttons[1].url`, `examples.nome`. */
  field: string
  message: { 'pt-BR': string; en: string }
}

const LIMITS = WHATSAPP_LIMITS.template
const NAME = /^[a-z0-9_]+$/
const VARIABLE = /^(\d+|[a-z][a-z0-9_]*)$/

/** Everything that Meta would refuse, field by field; empty where it may be submitted. */
export function problemsOfTemplate(draft: TemplateDraft): TemplateProblem[] {
  return [
    ...nameProblems(draft),
    ...headerProblems(draft),
    ...bodyProblems(draft),
    ...footerProblems(draft),
    ...buttonProblems(draft.buttons),
  ]
}

function say(field: string, ptBR: string, en: string): TemplateProblem {
  return { field, message: { 'pt-BR': ptBR, en } }
}

/** Nothing where it fits. */
function measure(field: string, text: string, max: number): TemplateProblem[] {
  const length = charactersOf(text)
  if (text.trim() === '') return [say(field, 'Escreva um texto', 'Write a text')]
  if (length <= max) return []
  return [
    say(field, `${length} caracteres; cabem ${max}`, `${length} characters; at most ${max} fit`),
  ]
}

function nameProblems({ name, language, category }: TemplateDraft): TemplateProblem[] {
  const problems = measure('name', name, LIMITS.name)
  if (problems.length === 0 && !NAME.test(name)) {
    problems.push(
      say(
        'name',
        'Use só letras minúsculas, números e _',
        'Use lower-case letters, digits and _ only',
      ),
    )
  }
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language)) {
    problems.push(say('language', 'Use um código como pt_BR', 'Use a code such as pt_BR'))
  }
  if (category === 'AUTHENTICATION') {
    problems.push(
      say(
        'category',
        'Modelos de autenticação têm texto fixo: crie-os no Gerenciador da Meta e sincronize',
        'Authentication templates have a fixed text: make them in the Meta manager and sync',
      ),
    )
  }
  return problems
}

function headerProblems({ header }: TemplateDraft): TemplateProblem[] {
  if (!header || header.type === 'location') return []
  if (header.type !== 'text') {
    return header.handle === null && header.mediaId === null
      ? [say('header', 'Envie um arquivo de exemplo', 'Upload an example file')]
      : []
  }
  const problems = measure('header.text', header.text, LIMITS.header)
  const variables = placeholdersIn(header.text)
  if (/[\r\n*_~`]/.test(header.text.replace(PLACEHOLDER, ''))) {
    problems.push(
      say(
        'header.text',
        'O cabeçalho não tem quebras de linha nem formatação (* _ ~ `)',
        'A header has no line breaks and no formatting (* _ ~ `)',
      ),
    )
  }
  if (variables.length > 1) {
    problems.push(
      say('header.text', 'No cabeçalho cabe uma variável', 'A header has room for one variable'),
    )
  }
  if (variables.length > 0 && !header.example?.trim()) problems.push(noExample('header.example'))
  return problems
}

function bodyProblems({ body, examples }: TemplateDraft): TemplateProblem[] {
  const problems = measure('body', body, LIMITS.body)
  const variables = placeholdersIn(body)
  problems.push(...variableProblems(variables))
  const trimmed = body.trim()
  if (/^\{\{[^{}]*\}\}/.test(trimmed) || /\{\{[^{}]*\}\}$/.test(trimmed)) {
    problems.push(
      say(
        'body',
        'O texto não pode começar nem terminar com uma variável',
        'The text must not begin or end with a variable',
      ),
    )
  }
  if (/\}\}\s*\{\{/.test(body)) {
    problems.push(
      say(
        'body',
        'Entre duas variáveis precisa haver palavras',
        'There must be words between two variables',
      ),
    )
  }
  if (/\n{3,}/.test(body) || / {5,}/.test(body) || body.includes('\t')) {
    problems.push(
      say(
        'body',
        'No máximo duas quebras de linha ou quatro espaços seguidos, e nenhum tab',
        'At most two line breaks or four spaces in a row, and no tab',
      ),
    )
  }
  const missing = variables.filter((name) => !examples[name]?.trim())
  return [...problems, ...missing.map((name) => noExample(`examples.${name}`))]
}

function variableProblems(variables: string[]): TemplateProblem[] {
  const odd = variables.filter((name) => !VARIABLE.test(name))
  if (odd.length > 0) {
    const list = odd.join(', ')
    return [
      say(
        'body',
        `Variáveis com letras minúsculas, números e _: ${list}`,
        `Variables have lower-case letters, digits and _: ${list}`,
      ),
    ]
  }
  if (areNamed(variables) && variables.some((name) => /^\d+$/.test(name))) {
    return [
      say(
        'body',
        'Use ou nomes ou números nas variáveis, não os dois',
        'Variables go by names or by numbers, not by both',
      ),
    ]
  }
  const isInOrder = areNamed(variables) || variables.every((name, at) => Number(name) === at + 1)
  return isInOrder
    ? []
    : [
        say(
          'body',
          'Variáveis numeradas começam em {{1}} e seguem em ordem',
          'Numbered variables begin with {{1}} and follow in order',
        ),
      ]
}

function noExample(field: string): TemplateProblem {
  return say(field, 'Dê um exemplo', 'Give an example')
}

function footerProblems({ footer }: TemplateDraft): TemplateProblem[] {
  if (footer === null) return []
  const problems = measure('footer', footer, LIMITS.footer)
  if (placeholdersIn(footer).length > 0) {
    problems.push(say('footer', 'O rodapé não tem variáveis', 'A footer has no variables'))
  }
  return problems
}

function buttonProblems(buttons: TemplateButton[]): TemplateProblem[] {
  const problems = buttons.flatMap(oneButton)
  const count = (type: TemplateButton['type']) =>
    buttons.filter((button) => button.type === type).length
  const most = (type: TemplateButton['type'], max: number): void => {
    if (count(type) <= max) return
    problems.push(say('buttons', `No máximo ${max} deste tipo`, `At most ${max} of this kind`))
  }
  if (buttons.length > LIMITS.buttons) {
    const max = LIMITS.buttons
    problems.push(say('buttons', `No máximo ${max} botões`, `At most ${max} buttons`))
  }
  most('url', LIMITS.urlButtons)
  most('phone_number', 1)
  most('copy_code', 1)
  const kinds = buttons.map(({ type }) => (type === 'quick_reply' ? 'r' : 'o')).join('')
  if (/ro+r|or+o/.test(kinds)) {
    problems.push(
      say(
        'buttons',
        'Deixe as respostas rápidas juntas',
        'Keep the quick replies next to each other',
      ),
    )
  }
  return problems
}

function oneButton(button: TemplateButton, index: number): TemplateProblem[] {
  const path = `buttons[${index}]`
  if (button.type === 'copy_code') return measure(`${path}.example`, button.example, LIMITS.code)
  const problems = measure(`${path}.text`, button.text, LIMITS.button)
  if (placeholdersIn(button.text).length > 0) {
    problems.push(say(`${path}.text`, 'O botão não tem variáveis', 'A button has no variables'))
  }
  if (button.type === 'phone_number' && !/^\+[1-9]\d{6,14}$/.test(button.phone)) {
    problems.push(
      say(`${path}.phone`, 'Use o formato +5511999999999', 'Use the form +5511999999999'),
    )
  }
  return button.type === 'url' ? [...problems, ...urlProblems(button, path)] : problems
}

function urlProblems(
  { url, example }: Extract<TemplateButton, { type: 'url' }>,
  path: string,
): TemplateProblem[] {
  const problems = measure(`${path}.url`, url, WHATSAPP_LIMITS.link)
  const fixed = url.replace(/\{\{[^{}]*\}\}$/, '')
  if (!/^https?:\/\/\S+$/.test(fixed)) {
    problems.push(say(`${path}.url`, 'Comece com https://', 'Begin with https://'))
  } else if (placeholdersIn(fixed).length > 0) {
    problems.push(
      say(
        `${path}.url`,
        'Só cabe uma variável, no fim do endereço',
        'There is room for one variable, at the end of the address',
      ),
    )
  }
  if (fixed !== url && !example?.trim()) problems.push(noExample(`${path}.example`))
  return problems
}
