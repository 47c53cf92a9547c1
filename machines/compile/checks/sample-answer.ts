// An answer that a question takes for good, for scripts that go past it.

import type { ResolvedNode } from '../resolve.ts'

interface Question {
  answer?: { type: string; choices?: string[]; min?: number; max?: number }
  buttons?: { title: string }[]
}

const SAMPLES: Partial<Record<string, string>> = {
  text: 'Olá',
  number: '1',
  integer: '1',
  email: 'ana@exemplo.com.br',
  phone: '+5531999999999',
  cpf: '529.982.247-25',
  date: '2026-03-10',
}

/** Words of such an answer; null where bounds or a pattern ask for more than a sample. */
export function answerTo(node: ResolvedNode | undefined): string | null {
  // Of two nodes with one id it may be the one whose body was refused.
  const { answer, buttons = [] } = (node?.kind ? node.node : {}) as Question
  const titles = buttons.map(({ title }) => title)
  const { type, choices = titles, min, max } = answer ?? ruleFor(titles)
  if (type === 'choice') return choices[0] ?? null
  return min === undefined && max === undefined ? (SAMPLES[type] ?? null) : null
}

/** What counts where the question says nothing. */
function ruleFor(titles: readonly string[]): NonNullable<Question['answer']> {
  return { type: titles.length > 0 ? 'choice' : 'text' }
}
