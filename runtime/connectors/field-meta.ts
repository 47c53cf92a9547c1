// What the fields of a channel's form say of themselves: a zod registry, since zod's own `title` is one text only.

import { z } from 'zod'
import type { FieldMeta } from './connector.ts'

/** `z.string().register(FIELDS, { title: {…}, hint: {…} })`; register last, for each zod method makes a new schema. */
export const FIELDS = z.registry<FieldMeta>()
