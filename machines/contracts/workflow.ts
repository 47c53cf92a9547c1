// The workflow document as it is saved. Node bodies are checked by their kind's own schema.

import { z } from 'zod'

export const MAX_NODES = 5000
/** Levels of objects and lists inside each other. */
export const MAX_DOCUMENT_DEPTH = 100
/** Containers inside each other. */
export const MAX_CONTAINER_DEPTH = 50

/** Ids are state names of the machine, so `.` and `#`, which address states in XState, are refused by name. */
export const NODE_ID_PATTERN =
  /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d_-]{0,63}$/u
export const RESERVED_NODE_IDS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
])

/** Fields that every node has, whatever its kind. */
export const NodeBaseSchema = z.object({
  id: z.string(),
  type: z.string(),
  /** Left out: the next node in the list. `null`: the run ends. */
  next: z.string().nullable().optional(),
  /** Where a failure goes; left out: the run stops as failed, visible to support. */
  onError: z.string().nullable().optional(),
  /** The container that holds this node: a group, a parallel or a loop. */
  parent: z.string().optional(),
  /** The builder's own words for this state. */
  label: z.string().max(120).optional(),
})

export const WorkflowDocumentSchema = z.looseObject({
  id: z.string().regex(/^wf_[0-9A-Za-z_-]{1,100}$/),
  name: z.string().min(1).max(200),
  trigger: z.looseObject({ type: z.string() }),
  nodes: z.array(z.looseObject({ id: z.string(), type: z.string() })).max(MAX_NODES),
  layout: z.unknown().optional(),
})
export type WorkflowDocument = z.infer<typeof WorkflowDocumentSchema>
