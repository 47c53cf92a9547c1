// What tells one problem of a draft from another.

import type { Diagnostic } from '#machines/contracts/api.ts'

export const problemKey = ({ code, path, message }: Diagnostic): string =>
  `${code} ${path} ${message.en}`
