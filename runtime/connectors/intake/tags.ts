// Tags as tools send them: a list, or one text with commas.

import { z } from 'zod'

/** Becomes a list of at most 100 different tags of at most 100 characters each. */
export const TagsSchema = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((tags) => [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))])
  .pipe(z.array(z.string().max(100)).max(100))
