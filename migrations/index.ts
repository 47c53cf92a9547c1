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
]
