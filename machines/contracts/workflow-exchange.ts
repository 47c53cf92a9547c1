// Workflows coming in and going out over HTTP: what a file holds, what becomes of what it names, what an import made.

import { z } from 'zod'
import { DiagnosticSchema } from './api.ts'
import { BundleSchema, MAX_BUNDLE_BYTES } from './bundle.ts'
import { idSchema } from './ids.ts'
import { JsonObjectSchema } from './json.ts'
import { WorkflowChangeSchema } from './versions.ts'

const LocalizedSchema = z.object({ 'pt-BR': z.string(), en: z.string() })

// ── going out ──
export const BundleRequestSchema = z.strictObject({
  /** Left out: the draft. */
  versionId: idSchema('version').optional(),
})
export type BundleRequest = z.infer<typeof BundleRequestSchema>

/** A value that looked like a credential and stayed at home. */
export const ClearedSchema = z.object({ nodeId: z.string(), path: z.string() })
export type Cleared = z.infer<typeof ClearedSchema>

export const BundleReplySchema = z
  .object({
    bundle: BundleSchema,
    cleared: z.array(ClearedSchema),
    /** What the workflow names and this company does not have: the bundle goes without it. */
    missing: z.array(z.object({ kind: z.string(), name: z.string() })),
  })
  .meta({ id: 'ExportedBundle' })
export type BundleReply = z.infer<typeof BundleReplySchema>

// ── coming in ──
export const REFERENCE_KINDS = [
  'channel',
  'template',
  'emailTemplate',
  'segment',
  'workflow',
  'media',
] as const
export type ReferenceKind = (typeof REFERENCE_KINDS)[number]

const ReferenceIdSchema = z.object({
  kind: z.enum(REFERENCE_KINDS),
  /** As the file writes it: the name, or the id of a workflow or of a media file. */
  name: z.string().min(1).max(600),
  /** Of a template; null where the node leaves it open. */
  language: z.string().max(20).nullable(),
})

/** What a reference of the file becomes here. */
export const ReferenceChoiceSchema = z.discriminatedUnion('use', [
  /** Something that is here, by the name or id that it has here. */
  z.strictObject({ use: z.literal('existing'), name: z.string().min(1).max(600) }),
  /** Made from the bundle; left out: under its own name, or the next free one. */
  z.strictObject({
    use: z.literal('create'),
    name: z
      .string()
      .regex(/^[a-z0-9_]{1,512}$/)
      .optional(),
  }),
  /** As it is written; the checks say what is missing. */
  z.strictObject({ use: z.literal('open') }),
])
export type ReferenceChoice = z.infer<typeof ReferenceChoiceSchema>

export const MappedReferenceSchema = ReferenceIdSchema.extend({ choice: ReferenceChoiceSchema })
export type MappedReference = z.infer<typeof MappedReferenceSchema>

/** JSON writes a quote in two characters: a text of that size always fits into the body. */
export const ImportPreviewRequestSchema = z.strictObject({
  /** The file as it is: a bundle, or the document of a workflow. */
  text: z.string().min(1).max(MAX_BUNDLE_BYTES),
  /** What it does not name is as proposed. */
  mapping: z.array(MappedReferenceSchema).max(1000).default([]),
  /** Left out: the name in the file. */
  name: z.string().trim().min(1).max(200).optional(),
})
export type ImportPreviewRequest = z.input<typeof ImportPreviewRequestSchema>

export const ImportRequestSchema = ImportPreviewRequestSchema.extend({
  /** A person has read that this company did not sign it, and wants it all the same. */
  acceptsUnsigned: z.boolean().default(false),
})
export type ImportRequest = z.input<typeof ImportRequestSchema>

/**
 * `own`: signed by this company and unchanged. `foreign`: unchanged, by a key that is not this company's. `broken`:
 * changed after it was signed, or never signed by that key. `none`: nobody signed it.
 */
export const SignatureStateSchema = z.enum(['own', 'foreign', 'broken', 'none'])
export type SignatureState = z.infer<typeof SignatureStateSchema>

const ReferenceViewSchema = MappedReferenceSchema.extend({
  nodeIds: z.array(z.string()),
  /** The bundle brings it along. */
  inBundle: z.boolean(),
  /** There is one of that name here. */
  exists: z.boolean(),
  /** The one here says something else than the one in the bundle. */
  differs: z.boolean(),
  /** Why what the bundle brings along cannot be used here; null where it can. */
  note: LocalizedSchema.nullable(),
  /** Names here that it may become. */
  options: z.array(z.object({ name: z.string(), title: z.string() })),
})
export type ReferenceView = z.infer<typeof ReferenceViewSchema>

const CreatedSchema = z.object({
  kind: z.enum(['workflow', 'test', 'template', 'emailTemplate', 'partial']),
  name: z.string(),
  /** What is missing before it can be used, e.g. what Meta would refuse. */
  note: LocalizedSchema.nullable(),
})
export type Created = z.infer<typeof CreatedSchema>

export const ImportReplySchema = z
  .object({
    workflowId: z.string(),
    name: z.string(),
    created: z.array(CreatedSchema),
    /** What the checks say of it here. */
    diagnostics: z.array(DiagnosticSchema),
    tests: z.object({ passed: z.number(), failed: z.number() }),
  })
  .meta({ id: 'ImportedWorkflow' })
export type ImportReply = z.infer<typeof ImportReplySchema>

/** What an import would do; nothing is kept of it. */
export const ImportPreviewSchema = z
  .discriminatedUnion('readable', [
    z.object({ readable: z.literal(false), problem: LocalizedSchema }),
    z.object({
      readable: z.literal(true),
      source: z.enum(['bundle', 'document']),
      /** As the file says; only a signature bears it out. */
      company: z.string().nullable(),
      exportedAt: z.string().nullable(),
      signature: SignatureStateSchema,
      nodeCount: z.number(),
      references: z.array(ReferenceViewSchema),
      outcome: ImportReplySchema,
    }),
  ])
  .meta({ id: 'ImportPreview' })
export type ImportPreview = z.infer<typeof ImportPreviewSchema>

// ── by prompt ──
export const MAX_PROMPT = 4_000

export const ProposeRequestSchema = z.strictObject({
  /** What a person wants, in their own words. */
  prompt: z.string().trim().min(3).max(MAX_PROMPT),
  /** The draft as it is on the page. */
  definition: JsonObjectSchema,
})
export type ProposeRequest = z.infer<typeof ProposeRequestSchema>

export const ProposeReplySchema = z
  .object({
    /** The whole document, with the id and the layout of the one that was sent. */
    definition: JsonObjectSchema,
    /** What the model says that it did, in a sentence or two. */
    summary: z.string(),
    diff: z.array(WorkflowChangeSchema),
    diagnostics: z.array(DiagnosticSchema),
    /** In all calls that it took. */
    tokens: z.number(),
    model: z.string(),
  })
  .meta({ id: 'WorkflowProposal' })
export type ProposeReply = z.infer<typeof ProposeReplySchema>
