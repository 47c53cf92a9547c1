// What a fix would write into the draft, as short as it can be said. Pure.

import type { JsonPatchOp } from '#machines/contracts/api.ts'

const LONGEST = 40

export interface FixWords {
  kind: 'sets' | 'removes' | 'removesState' | 'addsState'
  /** Field of the state. */
  field: string
  value: string
}

/** Of several operations the first tells most. */
export function fixWords(fix: readonly JsonPatchOp[]): FixWords | null {
  const added = fix.find(({ op, path }) => op === 'add' && isState(path))
  const operation = added ?? fix[0]
  if (!operation) return null
  const { op, path } = operation
  const field = fieldAt(path)
  if (op === 'remove') return { kind: isState(path) ? 'removesState' : 'removes', field, value: '' }
  if (isState(path)) {
    const { type = '' } = Object(operation.value) as { type?: string }
    return { kind: 'addsState', field, value: type }
  }
  return { kind: 'sets', field, value: shortOf(operation.value) }
}

function isState(path: string): boolean {
  return /^\/nodes\/\d+$/.test(path)
}

/** `/nodes/3/cases/sim` → `cases.sim` */
function fieldAt(path: string): string {
  const keys = path.split('/').slice(path.startsWith('/nodes/') ? 3 : 1)
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')).join('.')
}

function shortOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
