// Station 8's beginning: after the batch's commit the gateways hear whom it touched.

import type { Queryable } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { type LiveNotice, noticesOf } from '../live/notice.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { ENDED_COUNTS } from './write-counts.ts'
import type { WorkedContact } from './work-batch.ts'

/** Told after the commit, so a notice never tells of what did not happen. */
export function writeNotice(db: Queryable, contacts: WorkedContact[]): void {
  for (const payload of [...collect(contacts).values()].flatMap(noticesOf)) {
    noticeAfterCommit(db, CHANNELS.live, payload)
  }
}

function collect(contacts: WorkedContact[]): Map<string, LiveNotice> {
  const notices = new Map<string, LiveNotice>()
  for (const { work, steps, state } of contacts) {
    const { tenantId, contactId } = work
    const notice = notices.get(tenantId) ?? { tenantId, contacts: [], workflows: [], moves: [] }
    notice.contacts.push(contactId)
    for (const step of steps) {
      for (const change of step.runs) {
        const { workflowId, from } = change
        if (!notice.workflows.includes(workflowId)) notice.workflows.push(workflowId)
        const to = change.status === 'active' ? change.to : ENDED_COUNTS[change.status]
        const name = state?.contact.name?.slice(0, 60) ?? null
        notice.moves.push({ workflowId, contactId, name, from, to, at: step.journal.at })
      }
    }
    notices.set(tenantId, notice)
  }
  return notices
}
