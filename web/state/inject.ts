// Injection that must succeed: what main.ts provides is there for every component.

import { inject } from 'vue'
import type { InjectionKey } from 'vue'

export type NeededKey<T> = InjectionKey<T>

export function injectNeeded<T>(key: NeededKey<T>): T {
  const value = inject(key)
  if (value === undefined) throw new Error(`Nothing provided for ${String(key)}`)
  return value
}
