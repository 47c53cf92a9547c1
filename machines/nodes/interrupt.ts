// Node `interrupt`: words or an event that lead into it from anywhere in the run; then back to where the run was.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { plainWords } from '../expression/plain-words.ts'
import { AwaitedEventSchema } from './awaited-event.ts'
import { defineNodeKind } from './node-kind.ts'
import { areDistinct } from './send-fields.ts'

const MAX_WORDS = 50

/** Where an interrupt leads that names no `next`: to where the run was. No node can have this id. */
export const RETURN = '$return'

const Schema = NodeBaseSchema.extend({
  type: z.literal('interrupt'),
  /** A message that is one of these, whatever its case, accents and punctuation. */
  words: z
    .array(
      z
        .string()
        .max(60)
        .refine((word) => plainWords(word) !== '', { message: 'a word has letters or digits' }),
    )
    .min(1)
    .max(MAX_WORDS)
    .refine((words) => areDistinct(words.map(plainWords)), { message: 'words must differ' })
    .optional(),
  event: AwaitedEventSchema.optional(),
})
  .omit({ parent: true })
  .strict()
  .refine((node) => node.words !== undefined || node.event !== undefined, {
    message: 'give words, an event, or both',
    path: ['words'],
  })
type Node = z.infer<typeof Schema>

export const interrupt = defineNodeKind<Node>({
  type: 'interrupt',
  description: {
    'pt-BR': 'Atende a uma palavra a qualquer momento e volta',
    en: 'Answers a word at any moment and returns',
  },
  icon: 'zap',
  schema: Schema,
  form: [
    { field: 'words', control: 'list', label: { 'pt-BR': 'Palavras', en: 'Words' } },
    { field: 'event', control: 'event', label: { 'pt-BR': 'Acontecimento', en: 'Event' } },
  ],
  needs: () => ({}),
  ports: ({ next }) => [
    { name: 'next', label: null, target: next === undefined ? RETURN : next, path: '.next' },
  ],
  lower: ({ words, event }) => ({
    shape: 'interrupt',
    words: (words ?? []).map(plainWords),
    event: event ?? null,
  }),
  behave: () => ({}),
  expressions: () => [],
  summarize: ({ words, event }) => [...(words ?? []), ...(event ? [event] : [])].join(', '),
})
