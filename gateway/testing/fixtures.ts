// Two companies with their people, one workflow and one contact each: what the tests ask for.

import type { ActorView, Contact, WorkflowDetail } from '#machines/contracts/api.ts'
import type { SignedIn } from '#runtime/index.ts'
import { ROLES } from '../policy.ts'

export const PASSWORD = 'senha-de-teste'
const AT = '2026-03-02T12:00:00.000Z'

export const TENANTS = { acme: 'tnt_acme', rival: 'tnt_rival' } as const
export const WORKFLOWS = { acme: 'wf_acme', rival: 'wf_rival' } as const
export const CONTACTS = { acme: 'cnt_ana', rival: 'cnt_bia' } as const

export const userId = (tenantId: string, role: string): string => `usr_${tenantId.slice(4)}_${role}`
export const email = (tenantId: string, role: string): string => `${role}@${tenantId.slice(4)}.test`

/** One person of each role in each company. */
export function createPeopleRecords(): SignedIn[] {
  return Object.values(TENANTS).flatMap((tenantId) =>
    ROLES.map((role) => ({
      user: { id: userId(tenantId, role), name: role, email: email(tenantId, role), role },
      tenant: { id: tenantId, name: tenantId, zone: 'America/Sao_Paulo', locale: 'pt-BR' },
    })),
  )
}

export function createWorkflow(
  id: string,
  definition: WorkflowDetail['definition'],
): WorkflowDetail {
  return {
    id,
    name: id,
    trigger: 'lead.captured',
    status: 'draft',
    version: null,
    changed: true,
    nodeCount: 0,
    active: 0,
    finished: 0,
    failed: 0,
    updatedAt: AT,
    revision: 1,
    savedBy: null,
    savedAt: AT,
    definition,
    published: null,
    diagnostics: [],
  }
}

export function createContact(id: string): Contact {
  return {
    id,
    name: 'Ana',
    phone: '+5511987654321',
    email: null,
    tags: [],
    fields: {},
    lastChannel: null,
    createdAt: AT,
    updatedAt: AT,
  }
}

export function createView(contact: Contact): ActorView {
  return {
    contact,
    handover: 'bot',
    seq: 0,
    runs: [],
    journal: { items: [], nextCursor: null },
    mailbox: { waiting: 0, parked: null },
  }
}
