// Every migration in order. A released file is never edited; a change is a new file and a new line.

import { Migration0001Initial } from './0001-initial.ts'
import { Migration0002Versions } from './0002-versions.ts'
import { Migration0003Schedules } from './0003-schedules.ts'
import { Migration0004WorkflowTests } from './0004-workflow-tests.ts'
import { Migration0005Consents } from './0005-consents.ts'
import { Migration0006Delivery } from './0006-delivery.ts'
import { Migration0007Deliveries } from './0007-deliveries.ts'
import { Migration0008Scale } from './0008-scale.ts'
import { Migration0009Places } from './0009-places.ts'
import { Migration0010Ingest } from './0010-ingest.ts'
import { Migration0011Channels } from './0011-channels.ts'
import { Migration0012Merges } from './0012-merges.ts'
import { Migration0013Templates } from './0013-templates.ts'
import { Migration0014Media } from './0014-media.ts'
import { Migration0015Email } from './0015-email.ts'
import { Migration0016MailIn } from './0016-mail-in.ts'
import { Migration0017Ai } from './0017-ai.ts'
import { Migration0018Leads } from './0018-leads.ts'
import { Migration0019Queues } from './0019-queues.ts'
import { Migration0020ChannelSettings } from './0020-channel-settings.ts'
import { Migration0021Revisions } from './0021-revisions.ts'
import { Migration0022StateActs } from './0022-state-acts.ts'
import { Migration0023Archive } from './0023-archive.ts'

export const MIGRATIONS = [
  { name: '0001-initial', class: Migration0001Initial },
  { name: '0002-versions', class: Migration0002Versions },
  { name: '0003-schedules', class: Migration0003Schedules },
  { name: '0004-workflow-tests', class: Migration0004WorkflowTests },
  { name: '0005-consents', class: Migration0005Consents },
  { name: '0006-delivery', class: Migration0006Delivery },
  { name: '0007-deliveries', class: Migration0007Deliveries },
  { name: '0008-scale', class: Migration0008Scale },
  { name: '0009-places', class: Migration0009Places },
  { name: '0010-ingest', class: Migration0010Ingest },
  { name: '0011-channels', class: Migration0011Channels },
  { name: '0012-merges', class: Migration0012Merges },
  { name: '0013-templates', class: Migration0013Templates },
  { name: '0014-media', class: Migration0014Media },
  { name: '0015-email', class: Migration0015Email },
  { name: '0016-mail-in', class: Migration0016MailIn },
  { name: '0017-ai', class: Migration0017Ai },
  { name: '0018-leads', class: Migration0018Leads },
  { name: '0019-queues', class: Migration0019Queues },
  { name: '0020-channel-settings', class: Migration0020ChannelSettings },
  { name: '0021-revisions', class: Migration0021Revisions },
  { name: '0022-state-acts', class: Migration0022StateActs },
  { name: '0023-archive', class: Migration0023Archive },
]
