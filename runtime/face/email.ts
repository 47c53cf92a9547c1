// The runtime's face for e-mail: templates, sender domains, and what the links of letters do.

import type { EmailDomainReport } from '#machines/contracts/email-domain.ts'
import type {
  EmailPartial,
  EmailPreview,
  EmailPreviewRequest,
  EmailTemplate,
  EmailTemplateItem,
  EmailTemplateSave,
  EmailTestReply,
  EmailTestRequest,
} from '#machines/contracts/email-templates.ts'
import type { Choice, Standing } from '../letters/choices.ts'
import type { Actor } from './actor.ts'

export type { Choice, Standing }

export interface EmailTemplatesFace {
  list(actor: Actor): Promise<{ items: EmailTemplateItem[] }>
  /** @throws {FluxoError} RESOURCE_NOT_FOUND */
  get(actor: Actor, id: string): Promise<EmailTemplate>
  /**
   * Makes or replaces the template of that name and language.
   * @throws {FluxoError} REQUEST_INVALID with the field that cannot be rendered
   */
  save(actor: Actor, template: EmailTemplateSave): Promise<EmailTemplate>
  /** @throws {FluxoError} RESOURCE_NOT_FOUND; ACTION_NOT_POSSIBLE while a published workflow sends it */
  remove(actor: Actor, id: string): Promise<void>
  /** @throws {FluxoError} RESOURCE_NOT_FOUND for a contact that is not the tenant's */
  preview(actor: Actor, request: EmailPreviewRequest): Promise<EmailPreview>
  /** Sends it once, past the outbox. @throws {FluxoError} ACTION_NOT_POSSIBLE where there is no channel for e-mail */
  sendTest(actor: Actor, request: EmailTestRequest): Promise<EmailTestReply>
  partials(actor: Actor): Promise<{ items: EmailPartial[] }>
  /** @throws {FluxoError} REQUEST_INVALID for one that cannot be rendered */
  savePartial(actor: Actor, partial: EmailPartial): Promise<EmailPartial>
  /** @throws {FluxoError} RESOURCE_NOT_FOUND; ACTION_NOT_POSSIBLE while a template renders it */
  removePartial(actor: Actor, name: string): Promise<void>
}

export interface EmailDomainsFace {
  /** What DNS says of a sender's domain, and what is missing. @param selectors of DKIM, beside the usual ones */
  check(actor: Actor, domain: string, selectors: readonly string[]): Promise<EmailDomainReport>
}

/** Who came by a link: what the request itself says. */
export interface LinkVisit {
  method: string
  userAgent: string | undefined
}

export interface EmailLinksFace {
  /** Null for a token that is not ours, or whose contact is gone. */
  standing(token: string): Promise<Standing | null>
  /** What a mail program asks for by itself; the same again changes nothing. */
  leave(token: string): Promise<Standing | null>
  choose(token: string, choice: Choice): Promise<Standing | null>
  /** Never throws: a picture is a picture. */
  opened(token: string, visit: LinkVisit): Promise<void>
  /** @returns where the link leads, or null for one that was not made by us */
  clicked(token: string, visit: LinkVisit): Promise<string | null>
}
