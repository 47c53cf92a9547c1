// Node `ask`: puts a question over WhatsApp and waits for a good answer, asking again a bounded number of times.

import { z } from 'zod'
import type { Command } from '../contracts/effect.ts'
import { isJsonObject, type JsonObject } from '../contracts/json.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { answerReader, type AnswerRule, AnswerSchema, wordsOf } from './answer.ts'
import { defineNodeKind, errorPort, nextPort, type Port } from './node-kind.ts'
import { QuietSchema } from './quiet.ts'
import { areDistinct, limitedText, PurposeSchema, textsIn } from './send-fields.ts'
import { VariableNameSchema } from './value-types.ts'

const LIMITS = WHATSAPP_LIMITS.buttons
const DEFAULT_RETRIES = 2

const Schema = NodeBaseSchema.extend({
  type: z.literal('ask'),
  text: limitedText(LIMITS.body),
  buttons: z
    .array(
      z.strictObject({
        id: z.string().trim().min(1).max(LIMITS.id),
        title: limitedText(LIMITS.title),
      }),
    )
    .min(1)
    .max(LIMITS.count)
    .refine((buttons) => areDistinct(buttons.map(({ id }) => id)), { message: 'ids must differ' })
    .refine((buttons) => areDistinct(buttons.map(({ title }) => title)), {
      message: 'titles must differ',
    })
    .optional(),
  /** Left out: one of the buttons, or any words where there are none. */
  answer: AnswerSchema.optional(),
  /** Variable that keeps the answer; the node's result is `{value, text}`. */
  as: VariableNameSchema.optional(),
  /** How often it asks again. */
  retries: z.int().min(0).max(10).optional(),
  /** Instead of the question, when it asks again. */
  retryText: limitedText(LIMITS.body).optional(),
  /** After the last answer that was not good; left out: a failure. */
  invalidNext: z.string().nullable().optional(),
  timeout: DurationSchema.optional(),
  timeoutNext: z.string().nullable().optional(),
  quiet: QuietSchema.optional(),
  purpose: PurposeSchema.optional(),
})
  .strict()
  .refine((node) => node.timeout !== undefined || node.timeoutNext === undefined, {
    message: 'timeoutNext needs timeout',
    path: ['timeout'],
  })
  .refine((node) => node.answer?.type !== 'choice' || hasChoices(node), {
    message: 'a choice needs choices or buttons',
    path: ['answer'],
  })
type Node = z.infer<typeof Schema>

function hasChoices({
  answer,
  buttons,
}: {
  answer?: AnswerRule | undefined
  buttons?: unknown[] | undefined
}): boolean {
  return buttons !== undefined || (answer?.type === 'choice' && answer.choices !== undefined)
}

export const ask = defineNodeKind<Node>({
  type: 'ask',
  description: {
    'pt-BR': 'Faz uma pergunta e guarda a resposta',
    en: 'Asks a question and keeps the answer',
  },
  icon: 'message-circle-question',
  schema: Schema,
  form: [
    { field: 'text', control: 'template', label: { 'pt-BR': 'Pergunta', en: 'Question' } },
    { field: 'buttons', control: 'list', label: { 'pt-BR': 'Botões', en: 'Buttons' } },
    {
      field: 'answer',
      control: 'choice',
      label: { 'pt-BR': 'O que vale como resposta', en: 'What counts as an answer' },
    },
    { field: 'as', control: 'text', label: { 'pt-BR': 'Guardar em', en: 'Keep as' } },
    { field: 'retries', control: 'number', label: { 'pt-BR': 'Tentativas', en: 'Retries' } },
    {
      field: 'retryText',
      control: 'template',
      label: { 'pt-BR': 'Se não entender', en: 'If not understood' },
    },
    {
      field: 'invalidNext',
      control: 'node',
      label: { 'pt-BR': 'Sem resposta válida', en: 'Without a good answer' },
    },
    { field: 'timeout', control: 'duration', label: { 'pt-BR': 'Prazo', en: 'Time-out' } },
    {
      field: 'timeoutNext',
      control: 'node',
      label: { 'pt-BR': 'Depois do prazo', en: 'After the time-out' },
    },
    { field: 'quiet', control: 'duration', label: { 'pt-BR': 'Silêncio', en: 'Quiet time' } },
  ],
  needs: ({ purpose }) => ({ channel: 'whatsapp', ...(purpose && { purpose }) }),
  ports,
  lower: ({ retries, timeout, quiet }) => ({
    shape: 'ask',
    event: 'message.received.whatsapp',
    retries: retries ?? DEFAULT_RETRIES,
    ...(timeout !== undefined && { after: { port: 'timeout' } }),
    ...(quiet !== undefined && { quiet }),
  }),
  behave: (node) => {
    const { timeout, as, buttons = [] } = node
    const rule = node.answer ?? { type: buttons.length > 0 ? 'choice' : 'text' }
    const read = answerReader(rule, buttons)
    return {
      command: questionOf(node, node.text),
      again: questionOf(node, node.retryText ?? node.text),
      judge: (_, message) => {
        for (const told of [message, ...messagesOf(message).toReversed()]) {
          const value = read(told)
          if (value === null) continue
          const result = { value, text: wordsOf(told) }
          return { result, assigned: as === undefined ? {} : { [as]: value } }
        }
        return null
      },
      ...(timeout !== undefined && {
        delay: (now: string, zone: string) => millisecondsUntil(timeout, now, zone),
      }),
    }
  },
  expressions: ({ text, retryText, buttons = [] }) =>
    textsIn({
      '.text': text,
      '.retryText': retryText,
      ...Object.fromEntries(buttons.map(({ title }, index) => [`.buttons[${index}].title`, title])),
    }),
  summarize: ({ text, as }) => (as === undefined ? text : `${text} → ${as}`),
})

/** Of a burst each message alone may be the answer, the last one first: `é…` and then `ana@x.com`. */
function messagesOf({ messages }: JsonObject): JsonObject[] {
  return Array.isArray(messages) ? messages.filter(isJsonObject) : []
}

function questionOf({ buttons, purpose }: Node, words: string): (scope: Scope) => Command {
  const body = compileTemplate(words)
  const why = purpose === undefined ? {} : { purpose }
  if (!buttons) {
    return (scope) => ({
      kind: 'whatsapp.send_text',
      text: body.render(scope),
      previewUrl: false,
      ...why,
    })
  }
  const titles = buttons.map(({ id, title }) => ({ id, title: compileTemplate(title) }))
  return (scope) => ({
    kind: 'whatsapp.send_buttons',
    header: null,
    body: body.render(scope),
    footer: null,
    buttons: titles.map(({ id, title }) => ({ id, title: title.render(scope) })),
    ...why,
  })
}

function ports(node: Node): Port[] {
  const { invalidNext, timeout, timeoutNext } = node
  return [
    nextPort(node),
    ...(invalidNext === undefined
      ? []
      : [{ name: 'invalid', label: null, target: invalidNext, path: '.invalidNext' }]),
    ...(timeout === undefined
      ? []
      : [{ name: 'timeout', label: timeout, target: timeoutNext, path: '.timeoutNext' }]),
    ...errorPort(node),
  ]
}
