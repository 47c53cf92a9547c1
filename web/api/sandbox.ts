// The sandbox's stand-ins as the page works with them: what arrived, writing as a contact, failures on demand.

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { z } from 'zod'
import type { Json } from '#machines/contracts/json.ts'
import { JsonSchema } from '#machines/contracts/json.ts'
import { call } from './client.ts'
import { listContacts, listMessages } from './endpoints.ts'

const ALL = ['sandbox'] as const
/** A phone beside the workflow must feel live; the sandbox runs on this very machine. */
const REFRESH_MS = 1_200

/** Something that the stand-in for WhatsApp was asked to send. */
const ArrivalSchema = z.object({
  id: z.string(),
  to: z.string().nullable(),
  kind: z.string().nullable(),
  text: z.string(),
  at: z.string(),
  phoneNumberId: z.string(),
  body: JsonSchema,
})
export type PhoneArrival = z.infer<typeof ArrivalSchema>

const MailSchema = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  at: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  messageId: z.string().nullable().catch(null),
  replyTo: z.array(z.string().optional()).catch([]),
  attachments: z.array(z.object({ filename: z.string().nullable(), mime: z.string() })).catch([]),
})
export type SandboxMail = z.infer<typeof MailSchema>

const DeliveredSchema = z.object({ id: z.string(), status: z.number().nullable() })

export function usePhoneArrivals(phone: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'whatsapp', phone.value]),
    queryFn: ({ signal }) =>
      call(['GET', '/api/sandbox/whatsapp/messages'], z.object({ items: z.array(ArrivalSchema) }), {
        query: { to: phone.value },
        signal,
      }),
    enabled: computed(() => phone.value !== ''),
    refetchInterval: REFRESH_MS,
  })
}

/** What the person has written, as the platform has it. */
export function useWritten(phone: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...ALL, 'written', phone.value]),
    queryFn: async ({ signal }) => {
      const { items } = await listContacts({ phone: phone.value }, { signal })
      const [contact] = items
      if (!contact) return { contactId: null, items: [] }
      const messages = await listMessages(contact.id, { signal })
      const written = messages.items.filter(
        ({ direction, channel }) => direction === 'in' && channel === 'whatsapp',
      )
      return { contactId: contact.id, items: written }
    },
    enabled: computed(() => phone.value !== ''),
    refetchInterval: REFRESH_MS,
  })
}

/** People who were written to, the latest first. */
export function useRecentPhones() {
  return useQuery({
    queryKey: [...ALL, 'recent'],
    queryFn: async ({ signal }) => {
      const { items } = await listContacts({}, { signal })
      return items.filter(({ phone }) => phone !== null)
    },
    // Whoever comes in meanwhile is on the list.
    refetchInterval: 4 * REFRESH_MS,
  })
}

export type PhoneWords = { text: string } | { message: Record<string, Json>; file?: PhoneFile }
export interface PhoneFile {
  base64: string
  mimeType: string
  filename?: string
}

export const writeOnPhone = (from: string, words: PhoneWords) =>
  call(['POST', '/api/sandbox/whatsapp/inbound'], DeliveredSchema, { body: { from, ...words } })

export function useMails() {
  return useQuery({
    queryKey: [...ALL, 'mails'],
    queryFn: ({ signal }) =>
      call(['GET', '/api/sandbox/email/messages'], z.object({ items: z.array(MailSchema) }), {
        query: { direction: 'all' },
        signal,
      }),
    refetchInterval: REFRESH_MS * 2,
  })
}

export interface MailAnswer {
  from: string
  to: string
  subject: string
  text: string
  inReplyTo?: string
}

export const writeMail = (body: MailAnswer) =>
  call(['POST', '/api/sandbox/email/inbound'], DeliveredSchema, { body })

export interface FaultScript {
  provider: string
  answers: Record<string, Json>[]
}

/** @returns how many answers wait now */
export const layOutFaults = (body: FaultScript) =>
  call(['POST', '/api/sandbox/script'], z.object({ waiting: z.number() }), { body })

export function useRefreshSandbox() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ALL })
}
