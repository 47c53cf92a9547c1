// Drafts that several people work on: how often one was saved, by whom and when, so that nobody overwrites unseen.

import { Migration } from '@mikro-orm/migrations'

const REVISIONS = `
alter table workflows add column revision integer not null default 0;
alter table workflows add column saved_by text;
alter table workflows add column saved_at timestamptz;
`

export class Migration0021Revisions extends Migration {
  override up(): void {
    this.addSql(REVISIONS)
  }
}
