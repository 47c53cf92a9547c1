// Templates of WhatsApp, on the runtime's face.

import type {
  TemplateDraft,
  TemplateItem,
  TemplateList,
  TemplateSync,
} from '#machines/contracts/whatsapp-template.ts'
import type { Actor, PageQuery } from './actor.ts'

/** What Meta says counts; what is not submitted yet is ours alone. All by id: @throws {FluxoError} RESOURCE_NOT_FOUND */
export interface TemplatesFace {
  /** By name and language. */
  list(
    actor: Actor,
    query: PageQuery & { status?: string | undefined; q?: string | undefined },
  ): Promise<TemplateList>
  get(actor: Actor, id: string): Promise<TemplateItem>
  /** Keeps a draft. @throws {FluxoError} REQUEST_INVALID with the first field and all problems in its details */
  create(actor: Actor, draft: TemplateDraft): Promise<TemplateItem>
  /** Only what Meta has not taken can be changed. @throws {FluxoError} REQUEST_INVALID, ACTION_NOT_POSSIBLE */
  edit(actor: Actor, id: string, draft: TemplateDraft): Promise<TemplateItem>
  /**
   * Lays it before Meta.
   * @throws {FluxoError} ACTION_NOT_POSSIBLE where no channel names its business account or it was submitted,
   * TEMPLATE_REFUSED with Meta's own words, PROVIDER_UNREACHABLE
   */
  submit(actor: Actor, id: string): Promise<TemplateItem>
  /**
   * Reads one part of what Meta has; the caller goes on with `next` until it is null.
   * @throws {FluxoError} ACTION_NOT_POSSIBLE, TEMPLATE_REFUSED, PROVIDER_UNREACHABLE, REQUEST_INVALID
   */
  sync(actor: Actor, request: { next: string | null }): Promise<TemplateSync>
  /** Also at Meta, where it was submitted. @throws {FluxoError} as `submit` */
  remove(actor: Actor, id: string): Promise<void>
}
