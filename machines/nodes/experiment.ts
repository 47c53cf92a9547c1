// Node `experiment`: splits contacts by weight. Sticky: the same contact at the same node always takes the same way,
// also in a new run, in a new version and on another machine, because the way is a function of (node id, contact).

import { z } from 'zod'
import type { ContactFacts } from '../contracts/contact.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { placeOf } from '../expression/bucket.ts'
import type { Scope } from '../expression/scope.ts'
import { defineNodeKind } from './node-kind.ts'

const VariantSchema = z.strictObject({
  name: z.string().min(1).max(60),
  /** Share of the contacts, against the sum of all weights; 0 pauses the variant. */
  weight: z.int().min(0).max(10_000),
  next: z.string().nullable().optional(),
})

const Schema = NodeBaseSchema.extend({
  type: z.literal('experiment'),
  variants: z
    .array(VariantSchema)
    .min(2)
    .max(20)
    .refine((variants) => new Set(variants.map(({ name }) => name)).size === variants.length, {
      message: 'names must differ',
    })
    .refine((variants) => variants.some(({ weight }) => weight > 0), {
      message: 'one weight at least must be above 0',
    }),
})
  .omit({ next: true, onError: true })
  .strict()
type Node = z.infer<typeof Schema>

export const experiment = defineNodeKind<Node>({
  type: 'experiment',
  description: {
    'pt-BR': 'Divide os contatos entre variantes, sempre do mesmo jeito',
    en: 'Splits contacts between variants, always the same way',
  },
  icon: 'flask-conical',
  schema: Schema,
  form: [{ field: 'variants', control: 'list', label: { 'pt-BR': 'Variantes', en: 'Variants' } }],
  needs: () => ({}),
  ports: (node) =>
    node.variants.map(({ name, next }, index) => ({
      name: `variant:${name}`,
      label: name,
      target: next,
      path: `.variants[${index}].next`,
    })),
  lower: () => ({ shape: 'choice' }),
  behave: (node) => ({
    choose: (scope) => `variant:${variantAt(node, placeOf(`${node.id} ${identityOf(scope)}`))}`,
  }),
  expressions: () => [],
  summarize: (node) => node.variants.map(({ name, weight }) => `${name} ${weight}`).join(' · '),
})

/** A contact that gets a telephone number after an e-mail address counts as another one from then on. */
function identityOf(scope: Scope): string {
  const { phone, email, name } = scope['contact'] as ContactFacts
  return phone ?? email ?? name ?? ''
}

function variantAt({ variants }: Node, place: number): string {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0)
  let left = place * total
  const chosen = variants.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  return chosen?.name ?? ''
}
