// Trigger `purchase.approved`: a payment went through, for the named products and from a minimum on, if given.

import { z } from 'zod'
import {
  defineTriggerKind,
  isWanted,
  OneOrMoreSchema,
  TriggerBaseSchema,
  wantedOf,
} from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('purchase.approved'),
  filter: z
    .strictObject({
      /** Compared with `$.payload.product`, a text or a list. */
      product: OneOrMoreSchema.optional(),
      /** Least `$.payload.total`, in the currency of the event. */
      minimum: z.number().nonnegative().optional(),
    })
    .optional(),
})

export const triggerPurchaseApproved = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'purchase.approved',
  description: {
    'pt-BR': 'Começa quando uma compra é aprovada',
    en: 'Starts when a purchase is approved',
  },
  icon: 'shopping-cart',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    { field: 'filter.product', control: 'list', label: { 'pt-BR': 'Produtos', en: 'Products' } },
    {
      field: 'filter.minimum',
      control: 'number',
      label: { 'pt-BR': 'Valor mínimo', en: 'Least amount' },
    },
  ],
  eventType: 'purchase.approved',
  matches: ({ filter }, { payload }) =>
    isWanted(filter?.product, payload['product']) && reaches(filter?.minimum, payload['total']),
  summarize: ({ filter }) =>
    [
      ...wantedOf(filter?.product),
      ...(filter?.minimum === undefined ? [] : [`≥ ${filter.minimum}`]),
    ].join(', '),
})

/** Shops send `"199.90"` as often as `199.9`. */
function reaches(minimum: number | undefined, total: unknown): boolean {
  if (minimum === undefined) return true
  const isNumeric = typeof total === 'number' || (typeof total === 'string' && total.trim() !== '')
  return isNumeric && Number(total) >= minimum
}
