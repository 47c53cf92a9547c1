// Sign-in and the person behind a session. The look-up by e-mail is the one that has no tenant yet.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { run } from '../db/pool.ts'
import type { Runtime, SignedIn } from '../face.ts'
import { hashPassword, isPasswordRight } from './passwords.ts'

interface UserRow {
  id: string
  name: string
  email: string
  role: string
  password_hash: string
  tenant_id: string
  tenant_name: string
  zone: string
  locale: string
}

/** Creates the commands of sessions. */
export function createSessions(pool: Pool): Runtime['sessions'] {
  // An unknown e-mail must cost the same time as a wrong password.
  let decoy: Promise<string> | null = null
  return {
    signIn: async ({ email, password }) => {
      const [row] = await run<UserRow>(pool, BY_EMAIL, [email.trim().replaceAll('\0', ' ')])
      decoy ??= hashPassword('nobody has this password')
      const isRight = await isPasswordRight(row?.password_hash ?? (await decoy), password)
      if (!row || !isRight) throw new FluxoError('AUTH_FAILED')
      return signedIn(row)
    },
    find: async (tenantId, userId) => {
      if (!tenantId || !userId) return null
      const [row] = await run<UserRow>(pool, BY_ID, [tenantId, userId])
      return row ? signedIn(row) : null
    },
  }
}

function signedIn(row: UserRow): SignedIn {
  return {
    user: { id: row.id, name: row.name, email: row.email, role: row.role },
    tenant: { id: row.tenant_id, name: row.tenant_name, zone: row.zone, locale: row.locale },
  }
}

const COLUMNS = `u.id, u.name, u.email, u.role, u.password_hash, t.id as tenant_id, t.name as tenant_name,
  t.zone, t.locale`

const BY_EMAIL = {
  name: 'user_by_email',
  text: `select ${COLUMNS} from users u join tenants t on t.id = u.tenant_id where lower(u.email) = lower($1)`,
}

const BY_ID = {
  name: 'user_by_id',
  text: `select ${COLUMNS} from users u join tenants t on t.id = u.tenant_id
    where u.tenant_id = $1 and u.id = $2`,
}
