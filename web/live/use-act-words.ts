// Why an act was or would not be done for somebody, in words: a note of a Step, a refusal, or what only acts know.

import { useTexts } from '../i18n/i18n.ts'
import { useLiveTexts } from '../i18n/live-texts.ts'

const OWN = [
  'run_ended',
  'no_longer_there',
  'agent_has_conversation',
  'no_such_node',
  'tag_there',
  'cancelled',
  'parked',
] as const

export function useActWords() {
  const { named } = useTexts()
  const l = useLiveTexts()
  return (code: string): string => {
    const own = OWN.find((known) => known === code)
    if (own) return l(`why.${own}`)
    return named(`failures.${code}`, named(`notes.${code}`, code))
  }
}
