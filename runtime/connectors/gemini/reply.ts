// `generateReply`: an answer to the contact out of the tenant's catalogue and nothing else. Facts need entries that are
// there, prices and payments need a person.

import { z } from 'zod'
import type { AiCommand } from '#machines/contracts/effect.ts'
import { ConfidenceSchema, CONFIDENCE, ENTITIES, EntitiesSchema } from './classify.ts'
import { conversationOf } from './conversation.ts'
import { createMasker } from './mask.ts'
import { foreignAddresses, foreignNumbers, isAboutMoney, repeats } from './said-text.ts'
import type { Surroundings } from './surroundings.ts'
import { replyPrompt, type SystemPrompt } from './system-prompt.ts'
import { bad, finish, type Reading, type Task } from './task.ts'

/** The seed's. */
const INTENTS = ['interesse_compra', 'suporte', 'agendamento', 'outro'] as const
const BASES = ['catalogue', 'conversation', 'person'] as const
const OFF_TOPIC = 'fora_do_assunto'
const MAX_REPLY_CHARS = 1_500

const ReplySchema = z.strictObject({
  reply_text: z.string().trim().min(1).max(MAX_REPLY_CHARS),
  intent: z.enum(INTENTS),
  entities: EntitiesSchema,
  confidence: ConfidenceSchema,
  basis: z.enum(BASES),
  cited: z.array(z.string().max(40)).max(20),
  needs_person: z.boolean(),
  topic: z.string().max(80).optional(),
})
type Reply = z.infer<typeof ReplySchema>

export function generateReply(
  { input, instructions }: Extract<AiCommand, { kind: 'ai.reply' }>,
  given: Surroundings,
): Task {
  const masker = createMasker(given.person)
  const question = { input, instructions, history: given.history }
  const { turns, contactWords } = conversationOf(question, masker)
  const prompt = replyPrompt(given)
  const isMoney = isAboutMoney(input)
  return {
    prompt,
    contents: turns,
    schema: schemaFor(given),
    read: (answer) => {
      const { data: reply, error } = ReplySchema.safeParse(answer)
      if (!reply) return bad(z.prettifyError(error))
      const refusal = refusalOf(reply, { given, prompt, contactWords })
      if (refusal) return refusal
      const { basis, topic: _topic, ...output } = reply
      const needsPerson = reply.needs_person || basis === 'person' || isMoney
      const { confidence } = reply
      return finish({ output: { ...output, needs_person: needsPerson }, confidence }, masker)
    },
  }
}

function schemaFor({ setup: { catalogue, allowedTopics } }: Surroundings): Task['schema'] {
  const ids = catalogue.map(({ id }) => id)
  const properties = {
    reply_text: { type: 'string', description: 'A resposta ao contato, em texto simples.' },
    intent: { type: 'string', enum: [...INTENTS] },
    entities: ENTITIES,
    confidence: CONFIDENCE,
    basis: { type: 'string', enum: [...BASES] },
    cited: {
      type: 'array',
      items: { type: 'string', ...(ids.length > 0 && { enum: ids }) },
      maxItems: 20,
    },
    needs_person: { type: 'boolean' },
    ...(allowedTopics.length > 0 && {
      topic: { type: 'string', enum: [...allowedTopics, OFF_TOPIC] },
    }),
  }
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

interface Ground {
  given: Surroundings
  prompt: SystemPrompt
  contactWords: string[]
}

function refusalOf(reply: Reply, ground: Ground): Reading | null {
  const { setup } = ground.given
  const { topic } = reply
  if (setup.allowedTopics.length > 0) {
    if (topic === OFF_TOPIC) {
      return { type: 'refused', reason: 'TOPIC', message: 'The question is about something else' }
    }
    if (!setup.allowedTopics.includes(topic ?? '')) return bad('topic must be one of the schema')
  }
  if (repeats(reply.reply_text, `${ground.prompt.rules}\n${setup.persona}`)) {
    return bad('reply_text repeats the rules')
  }
  const problem = unfounded(reply, ground)
  return problem === null ? null : bad(problem)
}

const MARKS = /\[[A-Z_]+_\d+\]/g

/** What the answer claims and nothing bears out. */
function unfounded(reply: Reply, { given, contactWords }: Ground): string | null {
  const { catalogue } = given.setup
  const unknown = reply.cited.filter((id) => !catalogue.some((entry) => entry.id === id))
  if (unknown.length > 0)
    return `cited entries that are not in the catalogue: ${unknown.join(', ')}`
  if (reply.basis === 'catalogue' && reply.cited.length === 0) return 'facts need cited entries'
  if (reply.basis === 'conversation' && reply.cited.length > 0) {
    return 'basis "conversation" has no cited entries'
  }
  const cited = catalogue.filter(({ id }) => reply.cited.includes(id))
  const entries = cited.map(({ title, text }) => `${title}\n${text}`)
  const words = reply.reply_text.replaceAll(MARKS, ' ')
  const addresses = [
    ...foreignAddresses(words, entries),
    ...foreignAddresses(JSON.stringify(reply.entities), contactWords),
  ]
  if (addresses.length > 0) return `no cited entry says ${addresses.join(', ')}`
  // A person may be offered at the hour that the contact named.
  const sources = reply.basis === 'person' ? [...entries, ...contactWords] : entries
  const numbers = foreignNumbers(words, sources)
  if (numbers.length > 0) return `no cited entry says ${numbers.join(', ')}`
  return reply.basis !== 'catalogue' && AMOUNT.test(words) ? 'amounts need cited entries' : null
}

/** An amount of money or a part of one. */
const AMOUNT = /(r\$|us\$|\$|€|£)\s?\d|\d\s?(%|reais|real|dólares|euros|por cento)/i
