// The conversation that every contender holds: a message in, the next question out. For those without a workflow
// language it is an XState machine, stepped by the pure transition; for FluxoLab the same as a document.

import { assign, createMachine, initialTransition, transition, type SnapshotFrom } from 'xstate'

/** What is kept of a contact between two messages. */
export interface Kept {
  value: string
  context: { name: string; wish: string; count: number }
}

export interface Question {
  kind: 'whatsapp.send_text'
  text: string
}

const TEXTS: Record<string, (kept: Kept['context']) => string> = {
  ask_name: () => 'Qual é o seu nome?',
  ask_wish: ({ name }) => `Prazer, ${name}! O que você procura?`,
}

const machine = createMachine({
  types: {} as { context: Kept['context']; events: { type: 'message.received'; text: string } },
  context: { name: '', wish: '', count: 0 },
  initial: 'ask_name',
  states: {
    ask_name: {
      entry: 'ask',
      on: {
        'message.received': {
          target: 'ask_wish',
          actions: assign(({ context, event }) => ({
            ...context,
            name: event.text,
            count: context.count + 1,
          })),
        },
      },
    },
    ask_wish: {
      entry: 'ask',
      on: {
        'message.received': {
          target: 'ask_name',
          actions: assign(({ context, event }) => ({
            ...context,
            wish: event.text,
            count: context.count + 1,
          })),
        },
      },
    },
  },
})

/**
 * One message through the machine.
 * @param kept what the last message left, or null for a contact that writes for the first time
 */
export function answer(kept: Kept | null, text: string): { kept: Kept; question: Question } {
  const [after, actions] = kept
    ? transition(machine, machine.resolveState(kept), { type: 'message.received', text })
    : initialTransition(machine)
  const asked = actions.filter(({ type }) => (type as string) === 'ask')
  if (asked.length !== 1) throw new Error('one question each')
  return { kept: keptOf(after), question: questionOf(after) }
}

function keptOf({ value, context }: SnapshotFrom<typeof machine>): Kept {
  return { value: value as string, context }
}

function questionOf({ value, context }: SnapshotFrom<typeof machine>): Question {
  return { kind: 'whatsapp.send_text', text: TEXTS[value as string]?.(context) ?? '' }
}

/** The same conversation as a workflow. */
export const DIALOGUE = {
  id: 'wf_dialogue',
  name: 'Conversa',
  trigger: { type: 'message.received.whatsapp' },
  nodes: [
    { id: 'ask_name', type: 'ask', text: 'Qual é o seu nome?', as: 'name' },
    {
      id: 'ask_wish',
      type: 'ask',
      text: 'Prazer, {{name}}! O que você procura?',
      as: 'wish',
      next: 'ask_name',
    },
  ],
}
