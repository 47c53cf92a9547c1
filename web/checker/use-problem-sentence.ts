// What the checker says of a draft, in the reader's language and with names in place of ids.

import type { Diagnostic } from '#machines/contracts/api.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useEventName } from '../ui/use-event-name.ts'
import { problemWords } from './problem-words.ts'

/**
 * @param titleOf name of a state by its id
 * @returns the sentence of a problem; `text` in place of its own message where that is said in another way
 */
export function useProblemSentence(
  titleOf: (nodeId: string) => string,
): (problem: Diagnostic, text?: string) => string {
  const { locale } = useTexts()
  const eventName = useEventName()
  return ({ message, nodeId }, text = message[locale.value]) =>
    problemWords(text, nodeId ?? null, { titleOf, eventName, locale: locale.value })
}
