// Station 8's beginning: with the batch's commit the gateways hear whom it touched.

import { type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { type LiveNotice, noticesOf } from '../live/notice.ts'
import { ENDED_COUNTS } from './write-counts.ts'
import type { WorkedContact } from './work-batch.ts'

/** NOTIFY is delivered at commit, so a notice never tells of what did not happen. */
export async function writeNotice(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const payloads = [...collect(contacts).values()].flatMap(noticesOf)
  if (payloads.length > 0) await run(db, NOTIFY, [CHANNELS.live, payloads])
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

const NOTIFY = {
  name: 'notify_live',
  text: 'select pg_notify($1, payload) from unnest($2::text[]) payload',
}
