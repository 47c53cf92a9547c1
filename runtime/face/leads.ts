// The face's groups of lead capture: sources, forms, Meta's pages, imported lists, attribution.

import type { WebhookReply } from '#machines/contracts/api.ts'
import type { Attribution } from '#machines/contracts/attribution.ts'
import type { Form, FormCreate, FormEdit } from '#machines/contracts/forms.ts'
import type {
  ImportDryRun,
  ImportItem,
  ImportOptions,
  LeadImport,
} from '#machines/contracts/imports.ts'
import type { LeadFetchList, LeadPage } from '#machines/contracts/meta-leads.ts'
import type {
  MappingTest,
  MappingTestRequest,
  Source,
  SourceCreate,
  SourceEdit,
  SourcePayload,
  SourceSecret,
} from '#machines/contracts/sources.ts'
import type { MetaIntake } from '../commands/webhooks/meta-leads-intake.ts'
import type { Actor } from './actor.ts'

/** All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface SourcesFace {
  list(actor: Actor): Promise<{ items: Source[] }>
  /** The secret is told once. */
  create(actor: Actor, given: SourceCreate): Promise<SourceSecret>
  /** @throws {FluxoError} REQUEST_INVALID with the rule that nobody can read */
  edit(actor: Actor, id: string, edit: SourceEdit): Promise<Source>
  /** A new secret; the one before it stays good until the rotation is finished. */
  rotate(actor: Actor, id: string): Promise<SourceSecret>
  finishRotation(actor: Actor, id: string): Promise<Source>
  /** The latest 20, covered for roles that need no addresses. */
  payloads(actor: Actor, id: string): Promise<{ items: SourcePayload[] }>
  test(actor: Actor, id: string, request: MappingTestRequest): Promise<MappingTest>
  /** @throws {FluxoError} ACTION_NOT_POSSIBLE, WEBHOOK_REPLAYED, and as the webhook itself */
  replay(actor: Actor, id: string, payloadId: string): Promise<WebhookReply>
}

/** A published form as somebody opens it. */
export interface FormVisit {
  formId: string
  query: Readonly<Record<string, string>>
  acceptLanguage?: string | undefined
  /** Keys of progressive fields that this browser answered before. */
  answered: readonly string[]
}

export interface FormPost extends FormVisit {
  /** The page's fields, or the JSON of another page that sends by itself. */
  given: Readonly<Record<string, string>>
  isJson: boolean
  ip: string
  userAgent: string
}

export interface FormReply {
  status: number
  /** The page, or the address to go to, or what a program is told. */
  body: { html: string; policy: string } | { location: string } | { json: object }
  /** Keys to remember in the browser; left out: nothing new. */
  answered?: string[]
}

/** All: @throws {FluxoError} RESOURCE_NOT_FOUND, FORM_UNKNOWN for a form that is not published */
export interface FormsFace {
  list(actor: Actor): Promise<{ items: Form[] }>
  get(actor: Actor, id: string): Promise<Form>
  /** @throws {FluxoError} REQUEST_INVALID for a key that is taken, and a captcha without its secret */
  create(actor: Actor, given: FormCreate): Promise<Form>
  edit(actor: Actor, id: string, edit: FormEdit): Promise<Form>
  /** The form's page. */
  page(visit: FormVisit): Promise<FormReply>
  /** The script that shows it in another page. */
  script(formId: string): Promise<string>
  /** Stores a submission, exactly once by its id (I1, I2). */
  submit(post: FormPost): Promise<FormReply>
  /** Pages that may send to it from elsewhere. */
  origins(formId: string): Promise<readonly string[]>
}

/** All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface MetaLeadsFace {
  pages(actor: Actor): Promise<{ items: LeadPage[] }>
  /** The latest 50 leads that Meta told of. */
  fetches(actor: Actor, channelId: string): Promise<LeadFetchList>
  /** Asks Meta about token and subscription. */
  check(actor: Actor, channelId: string): Promise<LeadPage>
  /** Asks Meta to tell of new leads. */
  subscribe(actor: Actor, channelId: string): Promise<LeadPage>
  /** Reads the page whole soon, and tries again what failed. */
  reconcile(actor: Actor, channelId: string): Promise<LeadPage>
}

/** All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface ImportsFace {
  list(actor: Actor): Promise<{ items: ImportItem[] }>
  get(actor: Actor, id: string): Promise<LeadImport>
  /** Reads a CSV file as it comes. @throws {FluxoError} REQUEST_INVALID, REQUEST_TOO_LARGE */
  upload(actor: Actor, name: string, file: AsyncIterable<Buffer>): Promise<LeadImport>
  /** What an import would do now. */
  dryRun(actor: Actor, id: string, options: ImportOptions): Promise<ImportDryRun>
  /** @throws {FluxoError} ACTION_NOT_POSSIBLE */
  start(actor: Actor, id: string, options: ImportOptions): Promise<LeadImport>
  /** What is not imported yet stays out. @throws {FluxoError} ACTION_NOT_POSSIBLE */
  cancel(actor: Actor, id: string): Promise<LeadImport>
  /** The rows that could not be imported, as CSV with the reason, piece by piece. */
  invalidRows(actor: Actor, id: string): AsyncIterable<string>
}

export interface LeadsFace {
  sources: SourcesFace
  forms: FormsFace
  metaLeads: MetaLeadsFace
  /** Meta's webhook of pages, one for all of them. */
  metaWebhook: MetaIntake
  imports: ImportsFace
  attribution: {
    /** @throws {FluxoError} RESOURCE_NOT_FOUND */
    get(actor: Actor, contactId: string): Promise<Attribution>
  }
}
