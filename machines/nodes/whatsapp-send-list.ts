// Node `whatsapp.send_list`: sends a text with a list to choose from; the choice is a message of the contact.

import { z } from 'zod'
import type { ListSection } from '../contracts/effect.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  areDistinct,
  compileOptional,
  INTERACTIVE_FIELDS,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  textsIn,
} from './send-fields.ts'

const LIMITS = WHATSAPP_LIMITS.list

const RowSchema = z.strictObject({
  /** Comes back with the choice. */
  id: z.string().trim().min(1).max(LIMITS.id),
  title: limitedText(LIMITS.rowTitle),
  description: limitedText(LIMITS.rowDescription).optional(),
})
const SectionSchema = z.strictObject({
  title: limitedText(LIMITS.sectionTitle).optional(),
  rows: z.array(RowSchema).min(1).max(LIMITS.rows),
})
type Section = z.infer<typeof SectionSchema>

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_list'),
  body: limitedText(LIMITS.body),
  button: limitedText(LIMITS.button),
  ...INTERACTIVE_FIELDS,
  sections: z
    .array(SectionSchema)
    .min(1)
    .max(LIMITS.sections)
    .refine((sections) => rowsOf(sections).length <= LIMITS.rows, {
      message: `at most ${LIMITS.rows} rows in all`,
    })
    .refine((sections) => areDistinct(rowsOf(sections).map(({ id }) => id)), {
      message: 'ids must differ',
    })
    .refine((sections) => sections.length === 1 || sections.every(({ title }) => title), {
      message: 'several sections need a title each',
    }),
}).strict()
type Node = z.infer<typeof Schema>

export const whatsappSendList = defineNodeKind<Node>({
  type: 'whatsapp.send_list',
  description: {
    'pt-BR': 'Envia uma lista de opções pelo WhatsApp',
    en: 'Sends a list of choices over WhatsApp',
  },
  icon: 'list',
  schema: Schema,
  form: [
    { field: 'body', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'button', control: 'template', label: { 'pt-BR': 'Botão', en: 'Button' } },
    { field: 'sections', control: 'list', label: { 'pt-BR': 'Opções', en: 'Choices' } },
    { field: 'header', control: 'template', label: { 'pt-BR': 'Cabeçalho', en: 'Header' } },
    { field: 'footer', control: 'template', label: { 'pt-BR': 'Rodapé', en: 'Footer' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave,
  expressions: ({ header, body, footer, button, sections }) =>
    textsIn({
      '.header': header,
      '.body': body,
      '.footer': footer,
      '.button': button,
      ...textsOfSections(sections),
    }),
  summarize: (node) =>
    `${node.body} [${rowsOf(node.sections)
      .map(({ title }) => title)
      .join(' | ')}]`,
})

function behave(node: Node) {
  const body = compileTemplate(node.body)
  const button = compileTemplate(node.button)
  const header = compileOptional(node.header)
  const footer = compileOptional(node.footer)
  const sections = node.sections.map(compileSection)
  return {
    command: (scope: Scope) => ({
      kind: 'whatsapp.send_list' as const,
      header: header(scope),
      body: body.render(scope),
      footer: footer(scope),
      button: button.render(scope),
      sections: sections.map((section) => section(scope)),
      ...purposeOf(node),
    }),
  }
}

function compileSection(section: Section): (scope: Scope) => ListSection {
  const title = compileOptional(section.title)
  const rows = section.rows.map((row) => ({
    id: row.id,
    title: compileTemplate(row.title),
    description: compileOptional(row.description),
  }))
  return (scope) => ({
    title: title(scope),
    rows: rows.map((row) => ({
      id: row.id,
      title: row.title.render(scope),
      description: row.description(scope),
    })),
  })
}

function textsOfSections(sections: Section[]): Record<string, string | undefined> {
  return Object.fromEntries(
    sections.flatMap(({ title, rows }, index) => {
      const path = `.sections[${index}]`
      return [
        [`${path}.title`, title],
        ...rows.flatMap((row, place) => [
          [`${path}.rows[${place}].title`, row.title],
          [`${path}.rows[${place}].description`, row.description],
        ]),
      ]
    }),
  ) as Record<string, string | undefined>
}

function rowsOf(sections: Section[]): Section['rows'] {
  return sections.flatMap(({ rows }) => rows)
}
