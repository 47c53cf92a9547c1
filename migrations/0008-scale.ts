// Tables from which rows are taken all day keep their dead rows few, or a look at the head of an index walks past
// everything that was ever there: by PostgreSQL's own measure a million timers would gather 200,000 of them.

import { Migration } from '@mikro-orm/migrations'

const SCALE = `
alter table timers set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
alter table outbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
alter table accepted_keys set (autovacuum_vacuum_scale_factor = 0.02);
`

export class Migration0008Scale extends Migration {
  override up(): void {
    this.addSql(SCALE)
  }
}
