// From a command to the letter that leaves: words by template or as they are, the ways to say no, limits before the
// send with the field named.

import { isFreePurpose } from '#machines/run/send-policy.ts'
import type { Command } from '#machines/contracts/effect.ts'
import { EMAIL_LIMITS, type EmailAttachment } from '#machines/contracts/email-command.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import { finishLetter } from '../../letters/finish-letter.ts'
import type { CompileLetter } from '../../letters/letter-cache.ts'
import type { OutboundEffect } from '../connector.ts'
import type { EmailDesk, LetterFacts, StoredLetter } from './desk.ts'
import type { Letter } from './letter.ts'
import type { EmailSettings } from './settings.ts'

export type EmailCommand = Extract<
  Command,
  { kind: 'email.send_template' | 'email.send_text' | 'message.send_text' }
>

export interface WriteOptions {
  effect: OutboundEffect
  command: EmailCommand
  settings: EmailSettings
  facts: LetterFacts
  links: EmailDesk['links']
  compile: CompileLetter
  now: Date
}

/** A letter without what hangs on it. */
export type Draft = Omit<Letter, 'attachments'>
export type Writing = { ok: true; draft: Draft } | { ok: false; error: EffectError }

/** Longest part of an address before the `@`. RFC 5321 §4.5.3.1. */
const MAX_LOCAL = 64
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/

export async function writeLetter(options: WriteOptions): Promise<Writing> {
  const { effect, settings, command, facts } = options
  const wrong = addressProblem(effect.to, 'to') ?? addressProblem(replyToOf(command), 'replyTo')
  if (wrong) return refuse('EMAIL_ADDRESS_INVALID', wrong)
  const words = await wordsOf(options)
  if ('error' in words) return { ok: false, error: words.error }
  const problem = limitProblem(words)
  if (problem) return refuse('EMAIL_LIMIT', problem)
  const { from } = settings
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    ok: true,
    draft: {
      effectId: effect.id,
      channelId: effect.channel.id,
      from,
      to: effect.to,
      replyTo: replyToOf(command) ?? ownReplyTo(effect.id, settings),
      ...words,
      messageId: `${effect.id}@${domain}`,
      headers: { ...headersOf(options), ...threadHeaders(command, facts) },
    },
  }
}

type Words = Pick<Letter, 'subject' | 'html' | 'text'>

async function wordsOf(options: WriteOptions): Promise<Words | { error: EffectError }> {
  const { command, facts, settings } = options
  switch (command.kind) {
    case 'email.send_text':
      return { subject: oneLine(command.subject), html: null, text: command.text }
    case 'message.send_text': {
      const { name, address } = settings.from
      const known = facts.thread?.subject
      const subject = known
        ? `Re: ${known.replace(/^(re|res|enc|fwd?):\s*/i, '')}`
        : (name ?? address)
      return {
        subject: oneLine(subject).slice(0, EMAIL_LIMITS.subject),
        html: null,
        text: command.text,
      }
    }
    case 'email.send_template':
      return byTemplate(options, command)
  }
}

async function byTemplate(
  options: WriteOptions,
  { template: name, vars, subject }: Extract<EmailCommand, { kind: 'email.send_template' }>,
): Promise<Words | { error: EffectError }> {
  const { facts, compile } = options
  const { template, partials } = facts
  if (!template) return errorOf('TEMPLATE_MISSING', `template: the tenant has no template ${name}`)
  const compiled = compile(template, partials)
  if (!compiled.ok) {
    const sentences = compiled.problems.map(({ field, message }) => `${field}: ${message}`)
    return errorOf('EMAIL_TEMPLATE_INVALID', `template ${name}: ${sentences.join('; ')}`)
  }
  const tracking = trackingOf(options, template)
  const globals = globalsOf(options)
  try {
    return await finishLetter(
      compiled.letter,
      { vars, globals },
      {
        language: template.language,
        subject: subject === undefined ? undefined : oneLine(subject),
        leadTo: (url) => tracking.leadTo(url),
        pixel: tracking.pixel,
      },
    )
  } catch (error) {
    return errorOf('EMAIL_TEMPLATE_INVALID', `template ${name}: ${(error as Error).message}`)
  }
}

function globalsOf(options: WriteOptions): Record<string, unknown> {
  const { facts, now } = options
  const url = choiceUrl(options)
  return {
    contact: facts.contact,
    unsubscribe_url: url,
    preferences_url: url,
    now: now.toISOString(),
    zone: facts.zone,
  }
}

function choiceUrl({ effect, command, links }: WriteOptions): string {
  const { id: effectId, tenantId, contactId, channel } = effect
  const { purpose = null } = command
  return links.choice({ tenantId, contactId, effectId, channelId: channel.id, purpose })
}

/** What is told of the letter: as far as channel, template and contact allow. */
function trackingOf({ effect, settings, facts, links, now }: WriteOptions, template: StoredLetter) {
  const isAllowed =
    settings.tracking === 'all' ||
    (settings.tracking === 'consented' && facts.consents['tracking'] === true)
  const { id: effectId, tenantId, contactId } = effect
  const sentAt = Math.floor(now.getTime() / 1000)
  const whose = { tenantId, contactId, effectId, template: template.name, sentAt }
  return {
    pixel: isAllowed && template.tracking.opens ? links.open(whose) : undefined,
    leadTo: (url: string): string | null =>
      isAllowed && template.tracking.clicks && !links.isOwn(url)
        ? links.click({ ...whose, url })
        : null,
  }
}

/** RFC 8058: what a contract asks for is no list to leave. */
function headersOf(options: WriteOptions): Record<string, string> {
  const { effect, command } = options
  const own = { 'X-Fluxo-Effect': effect.id }
  if (command.purpose !== undefined && isFreePurpose(command.purpose)) return own
  return {
    ...own,
    'List-Unsubscribe': `<${choiceUrl(options)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

/** A word of ours that answers theirs stands below it. */
function threadHeaders({ kind }: EmailCommand, { thread }: LetterFacts): Record<string, string> {
  if (kind !== 'message.send_text' || !thread) return {}
  const references = [...thread.references, thread.messageId].slice(-20).map((id) => `<${id}>`)
  return { 'In-Reply-To': `<${thread.messageId}>`, References: references.join(' ') }
}

function replyToOf(command: EmailCommand): string | null {
  return command.kind === 'message.send_text' ? null : (command.replyTo ?? null)
}

/** An answer to it names the effect, where we take the mail in. */
function ownReplyTo(effectId: string, { inboundDomain, replyTo }: EmailSettings): string | null {
  const local = `reply+${effectId}`
  return inboundDomain !== null && local.length <= MAX_LOCAL ? `${local}@${inboundDomain}` : replyTo
}

export function attachmentsOf(command: EmailCommand): readonly EmailAttachment[] {
  return command.kind === 'message.send_text' ? [] : (command.attachments ?? [])
}

function addressProblem(address: string | null, field: string): string | null {
  if (address === null) return null
  const isAddress = ADDRESS.test(address) && address.length <= EMAIL_LIMITS.address
  return isAddress ? null : `${field}: ${address.slice(0, 100)} is no e-mail address`
}

function limitProblem({ subject, html, text }: Words): string | null {
  if (subject === '') return 'subject: it is empty'
  if (subject.length > EMAIL_LIMITS.subject)
    return `subject: at most ${EMAIL_LIMITS.subject} characters`
  if (html !== null && Buffer.byteLength(html) > EMAIL_LIMITS.html)
    return `html: at most ${EMAIL_LIMITS.html / 1024} KB`
  if (html === null && text.trim() === '') return 'text: it is empty'
  return html === null && text.length > EMAIL_LIMITS.text
    ? `text: at most ${EMAIL_LIMITS.text} characters`
    : null
}

function oneLine(subject: string): string {
  return subject.replaceAll(/\s+/g, ' ').trim()
}

function errorOf(code: string, message: string): { error: EffectError } {
  return { error: { code, message: message.slice(0, 1_000) } }
}

function refuse(code: string, message: string): Writing {
  return { ok: false, ...errorOf(code, message) }
}
