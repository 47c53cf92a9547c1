// One function per gateway address that the app uses.

import { z } from 'zod'
import {
  ActorViewSchema,
  ContactListSchema,
  LiveTicketSchema,
  MessageListSchema,
  SessionReplySchema,
  SessionSchema,
  StateContactListSchema,
  WorkflowDetailSchema,
  WorkflowListSchema,
  WorkflowLiveSchema,
} from '#machines/contracts/api.ts'
import {
  ActorActionReplySchema,
  type ActorActionSchema,
} from '#machines/contracts/actor-actions.ts'
import type { StateFilter } from '#machines/contracts/state-acts.ts'
import { call } from './client.ts'

type Signal = AbortSignal | undefined

export interface PageRequest {
  cursor?: string | undefined
  signal?: Signal
}

export const at = (...parts: string[]): string => `/api/${parts.map(encodeURIComponent).join('/')}`

export const readSession = () => call(['GET', '/api/session'], SessionSchema)

export const signIn = (email: string, password: string) =>
  call(['POST', '/api/session'], SessionReplySchema, { body: { email, password } })

export const signOut = () => call(['DELETE', '/api/session'], z.unknown())

export const listWorkflows = ({ cursor, signal }: PageRequest = {}) =>
  call(['GET', '/api/workflows'], WorkflowListSchema, { query: { cursor, limit: 200 }, signal })

export const readWorkflow = (id: string, signal?: Signal) =>
  call(['GET', at('workflows', id)], WorkflowDetailSchema, { signal })

export const readWorkflowLive = (id: string, signal?: Signal) =>
  call(['GET', at('workflows', id, 'live')], WorkflowLiveSchema, { signal })

export const listStateContacts = (
  id: string,
  { state, waiting, tag }: StateFilter,
  page: PageRequest = {},
) =>
  call(['GET', at('workflows', id, 'contacts')], StateContactListSchema, {
    query: { state, waiting, tag, cursor: page.cursor },
    signal: page.signal,
  })

export const listContacts = (search: { q?: string; phone?: string }, page: PageRequest = {}) =>
  call(['GET', '/api/contacts'], ContactListSchema, {
    query: { ...search, cursor: page.cursor },
    signal: page.signal,
  })

export const readActor = (id: string, page: PageRequest = {}) =>
  call(['GET', at('contacts', id, 'actor')], ActorViewSchema, {
    query: { cursor: page.cursor },
    signal: page.signal,
  })

export const listMessages = (id: string, page: PageRequest = {}) =>
  call(['GET', at('contacts', id, 'messages')], MessageListSchema, {
    query: { cursor: page.cursor },
    signal: page.signal,
  })

/** What a person asks for a contact, with the reason. */
export type ActionBody = z.input<typeof ActorActionSchema>
type WithoutReason<T> = T extends unknown ? Omit<T, 'reason'> : never
export type ActionTarget = WithoutReason<ActionBody>

export const actOnActor = (id: string, body: ActionBody) =>
  call(['POST', at('contacts', id, 'actor', 'actions')], ActorActionReplySchema, { body })

export const takeLiveTicket = () => call(['POST', '/api/live/ticket'], LiveTicketSchema)
