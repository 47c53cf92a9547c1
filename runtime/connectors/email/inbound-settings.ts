// Lists in a channel's settings, as people type them: with commas, semicolons, spaces or lines between.

import type { Json } from '#machines/contracts/json.ts'

export function listIn(setting: Json | undefined): string[] {
  if (typeof setting !== 'string') return []
  return setting.split(/[\s,;]+/).filter((item) => item !== '')
}
