// The conversation with the words of the tenant's templates, where the workflow sends any.

import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useEmailTemplates } from '../api/emails.ts'
import { useTemplateWords } from '../api/templates.ts'
import type { Line } from './conversation.ts'
import { filled, templateOf, textsOf, withTemplateWords } from './template-words.ts'

export function useTemplatedLines(lines: Ref<readonly Line[]>): ComputedRef<Line[]> {
  const usesTemplates = computed(() =>
    lines.value.some(({ effect }) => effect?.kind === 'whatsapp.send_template'),
  )
  const templates = useTemplateWords(usesTemplates)
  const letters = useEmailTemplates()

  function withWords(line: Line): Line {
    const command = line.effect?.command
    if (!command) return line
    if (line.type === 'message' && line.effect?.kind === 'whatsapp.send_template') {
      const known = templates.data.value?.items ?? []
      return { ...line, message: withTemplateWords(line.message, command, known) }
    }
    if (line.type === 'letter' && line.letter.subject === '') {
      const template = templateOf(command, letters.data.value?.items ?? [])
      const subject = template ? filled(template.subject, textsOf(command['vars'])) : ''
      return { ...line, letter: { ...line.letter, subject } }
    }
    return line
  }
  return computed(() => lines.value.map(withWords))
}
