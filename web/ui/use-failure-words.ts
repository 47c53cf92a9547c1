// A failure's code as a sentence; what has no words yet says what was reported.

import { useTexts } from '../i18n/i18n.ts'

export function useFailureWords() {
  const { named } = useTexts()
  return ({ code, message }: { code: string; message: string }): string =>
    named(`failures.${code}`, message)
}
