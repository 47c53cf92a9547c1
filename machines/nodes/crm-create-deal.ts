// Node `crm.create_deal`: notes a deal. The seed's placeholder for a CRM: the deal is kept in the contact's own
// fields under `deals`, where later nodes read it as `$.contact.fields.deals`.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { compileValue, textOf } from '../expression/value.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'
import { textsIn } from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('crm.create_deal'),
  title: z.string().min(1).max(2000),
  /** A number or where it stands: `$.payload.total`. */
  value: z.union([z.number().nonnegative(), z.string().min(1).max(2000)]).optional(),
  /** ISO 4217; left out: BRL. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  stage: z.string().min(1).max(200).optional(),
  fields: z.record(z.string().min(1).max(100), JsonSchema).optional(),
}).strict()
type Node = z.infer<typeof Schema>

export const crmCreateDeal = defineNodeKind<Node>({
  type: 'crm.create_deal',
  description: { 'pt-BR': 'Registra um negócio do contato', en: 'Notes a deal of the contact' },
  icon: 'handshake',
  schema: Schema,
  form: [
    { field: 'title', control: 'template', label: { 'pt-BR': 'Título', en: 'Title' } },
    { field: 'value', control: 'text', label: { 'pt-BR': 'Valor', en: 'Value' } },
    { field: 'stage', control: 'template', label: { 'pt-BR': 'Etapa', en: 'Stage' } },
    { field: 'fields', control: 'mapping', label: { 'pt-BR': 'Campos', en: 'Fields' } },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const title = compileTemplate(node.title)
    const value = compileValue(node.value ?? null)
    const stage = compileTemplate(node.stage ?? '')
    const fields = Object.entries(node.fields ?? {}).map(
      ([key, field]) => [key, compileValue(field)] as const,
    )
    return {
      command: (scope) => ({
        kind: 'crm.create_deal',
        deal: {
          title: title.render(scope).slice(0, 300),
          value: amountOf(textOf(value(scope))),
          currency: node.currency ?? 'BRL',
          stage: stage.render(scope).slice(0, 200) || null,
          fields: Object.fromEntries(fields.map(([key, field]) => [key, field(scope) ?? null])),
        },
      }),
    }
  },
  expressions: (node) => [
    ...textsIn({ '.title': node.title, '.stage': node.stage }),
    ...expressionsIn(node.value, '.value'),
    ...expressionsIn(node.fields ?? {}, '.fields'),
  ],
  summarize: (node) => node.title,
})

function amountOf(text: string): number | null {
  const amount = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(amount) ? amount : null
}
