// All entities, for the ORM's set-up.

import { Channel } from './channel.ts'
import { Contact } from './contact.ts'
import { LeadSource } from './lead-source.ts'
import { Secret } from './secret.ts'
import { Template } from './template.ts'
import { Tenant } from './tenant.ts'
import { User } from './user.ts'
import { WorkflowVersion } from './workflow-version.ts'
import { Workflow } from './workflow.ts'

export const ENTITIES = [
  Channel,
  Contact,
  LeadSource,
  Secret,
  Template,
  Tenant,
  User,
  Workflow,
  WorkflowVersion,
]
