// The shape of every translation, and the keys that may be asked for: both follow from the Portuguese texts.

import type { ptBR } from './pt-br.ts'

export type Messages = Widen<typeof ptBR>
/** The same keys with any text. */
export type Widen<T> = { [K in keyof T]: T[K] extends string ? string : Widen<T[K]> }

/** Every dotted path to a text, e.g. `workflows.empty.title`. */
export type MessageKey = Paths<typeof ptBR>
export type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}`
}[keyof T & string]
