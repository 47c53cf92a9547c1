// What the commands of sources work with.

import type { Pool } from 'pg'
import type { SecretBox } from '../../db/secret-box.ts'
import type { PayloadKeeper } from '../../leads/payload-keeper.ts'
import type { Acceptor } from '../../mailbox/accept.ts'

export interface SourcesOptions {
  pool: Pool
  acceptor: Acceptor
  secretBox: SecretBox
  payloads: PayloadKeeper
}
