// What the commands of workflows that come and go are made of.

import type { Pool } from 'pg'
import type { LanguageModel } from '../../connectors/gemini/language-model.ts'
import type { Orm } from '../../db/orm.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Logger } from '../../log.ts'

export interface ExchangeParts {
  orm: Orm
  pool: Pool
  secretBox: SecretBox
  egress: Egress
  model: LanguageModel
  logger: Logger
}
