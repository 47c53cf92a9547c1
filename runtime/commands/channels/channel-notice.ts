// The word to those who watch a tenant's channels that something about them changed.

import type { Queryable } from '../../db/pool.ts'
import { CHANNELS } from '../../live/channels.ts'
import type { LiveNotice } from '../../live/notice.ts'
import { noticeAfterCommit } from '../../live/notices.ts'

/** Part of the caller's transaction; told after its commit. */
export function tellChannels(db: Queryable, tenantId: string): void {
  const notice: LiveNotice = { tenantId, contacts: [], workflows: [], moves: [], channels: true }
  noticeAfterCommit(db, CHANNELS.live, JSON.stringify(notice))
}
