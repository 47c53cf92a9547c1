// A workflow on its way to another place: its document, its tests and what it names, in one signed file. The rule is
// written down in docs/workflow-bundles.md.

import { z } from 'zod'
import { EmailPartialSchema, EmailTemplateSaveSchema } from './email-templates.ts'
import { TemplateDraftSchema } from './whatsapp-template.ts'
import { WorkflowDocumentSchema } from './workflow.ts'
import { WorkflowTestsSchema } from './workflow-tests.ts'

/** The only format there is; a reader refuses every other one by name. */
export const BUNDLE_FORMAT = 1
/** Bytes of a file that is read; a request around it may be a little larger. */
export const MAX_BUNDLE_BYTES = 900 * 1024
/** Objects and lists inside each other, as in every other body. */
export const MAX_BUNDLE_DEPTH = 64
/** What is signed begins with it, so that no other text of ours can be taken for a bundle. */
export const BUNDLE_DOMAIN = 'fluxolab-bundle-1\n'

const MOST = 200

/** Ed25519 (RFC 8032); key and value in base64url without padding. */
export const BundleSignatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** The public key of who exported it: 32 bytes. */
  key: z.string().regex(/^[\w-]{43}$/),
  /** 64 bytes over the canonical JSON of everything else. */
  value: z.string().regex(/^[\w-]{86}$/),
})
export type BundleSignature = z.infer<typeof BundleSignatureSchema>

/** Everything that is signed. */
export const BundleContentSchema = z.strictObject({
  fluxolab: z.literal('bundle'),
  format: z.literal(BUNDLE_FORMAT),
  /** ISO 8601. */
  exportedAt: z.string().max(40),
  from: z.strictObject({
    /** Name of the company, for people. */
    company: z.string().max(300),
    /** Number of the version that it is; null for a draft. */
    version: z.int().min(1).nullable(),
  }),
  workflow: WorkflowDocumentSchema,
  tests: WorkflowTestsSchema,
  templates: z.array(TemplateDraftSchema).max(MOST),
  emailTemplates: z.array(EmailTemplateSaveSchema).max(MOST),
  partials: z.array(EmailPartialSchema).max(MOST),
  segments: z.array(z.strictObject({ name: z.string().min(1).max(100) })).max(MOST),
})
export type BundleContent = z.infer<typeof BundleContentSchema>

export const BundleSchema = BundleContentSchema.extend({ signature: BundleSignatureSchema }).meta({
  id: 'WorkflowBundle',
})
export type Bundle = z.infer<typeof BundleSchema>
