// Queues keep the pages that they have once needed: cutting them off would lock everybody out for a moment each time,
// and a table without pages is planned for as one that will never have any.

import { Migration } from '@mikro-orm/migrations'

const QUEUES = `
alter table mailbox set (vacuum_truncate = off);
alter table timers set (vacuum_truncate = off);
alter table outbox set (vacuum_truncate = off);
`

export class Migration0019Queues extends Migration {
  override up(): void {
    this.addSql(QUEUES)
  }
}
