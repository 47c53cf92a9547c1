// Channels as people set them up: when each secret was set (never what it is), and what the last check found.

import { Migration } from '@mikro-orm/migrations'

const SETTINGS = `
alter table channels add column secrets_json jsonb not null default '{}';
alter table channels add column check_json jsonb;
`

export class Migration0020ChannelSettings extends Migration {
  override up(): void {
    this.addSql(SETTINGS)
  }
}
