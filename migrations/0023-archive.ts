// Workflows that were put away: nothing starts in them any more, and what ran in them is still told.

import { Migration } from '@mikro-orm/migrations'

const ARCHIVE = `
alter table workflows add column archived_at timestamptz;
`

export class Migration0023Archive extends Migration {
  override up(): void {
    this.addSql(ARCHIVE)
  }
}
