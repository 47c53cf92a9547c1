// Every migration in order. A released file is never edited; a change is a new file and a new line.

import { Migration0001Initial } from './0001-initial.ts'
import { Migration0002Versions } from './0002-versions.ts'
import { Migration0003Schedules } from './0003-schedules.ts'
import { Migration0004WorkflowTests } from './0004-workflow-tests.ts'
import { Migration0005Consents } from './0005-consents.ts'

export const MIGRATIONS = [
  { name: '0001-initial', class: Migration0001Initial },
  { name: '0002-versions', class: Migration0002Versions },
  { name: '0003-schedules', class: Migration0003Schedules },
  { name: '0004-workflow-tests', class: Migration0004WorkflowTests },
  { name: '0005-consents', class: Migration0005Consents },
]
