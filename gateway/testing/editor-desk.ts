// The editor in a browser for tests: the whole line behind it, people who sign in, drafts that are put there and looked at.

import { join } from 'node:path'
import pg from 'pg'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Line, startLine } from './line.ts'
import { type Look, openVisit, type Visit } from './visit.ts'

export const DEMO = 'wf_lead_compra'
const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, '..', '..', 'web', 'dist')

interface Node {
  id: string
  type: string
  parent?: string
  [field: string]: unknown
}
export interface Definition {
  id: string
  name: string
  nodes: Node[]
  layout?: { positions?: Record<string, { x: number; y: number }> }
  [field: string]: unknown
}

export interface Person {
  email: string
  password: string
}

export interface Desk {
  line: Line
  owner: Person
  /** Signs in and waits for a drawing. */
  visitAt(path: string, look?: Look, person?: Person): Promise<Visit>
  /** Another person of the company. */
  hire(name: string, role: 'admin' | 'builder' | 'agent' | 'viewer'): Promise<Person>
  put(document: { id: string; nodes: object[]; [field: string]: unknown }): Promise<void>
  drafted(id: string): Promise<Definition>
  close(): Promise<void>
}

export async function openDesk(browser: Browser): Promise<Desk> {
  const line = await startLine({ webDist: WEB_DIST })
  const { demo, call } = line
  const owner = { email: demo.email, password: demo.password }
  return {
    line,
    owner,
    visitAt: async (path, look = { theme: 'light' }, person = owner) => {
      const visit = await openVisit(browser, demo.baseUrl, look)
      await visit.page.goto(demo.baseUrl + path)
      await signIn(visit.page, person)
      await visit.page.waitForURL(`**${path}`)
      await visit.page.locator('[data-node="$trigger"]').waitFor()
      return visit
    },
    hire: (name, role) => hire(line, owner, { name, role }),
    put: async (document) => {
      const trigger = { type: 'lead.captured' }
      const whole = { name: document.id, trigger, ...document }
      expect(await call('POST', '/api/workflows', whole)).toMatchObject({ status: 200 })
    },
    drafted: async (id) =>
      (await call<{ definition: Definition }>('GET', `/api/workflows/${id}`)).body.definition,
    close: () => line.close(),
  }
}

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.locator('input[type=email]').fill(email)
  await page.locator('input[type=password]').fill(password)
  await page.keyboard.press('Enter')
}

/** With the owner's password, whose making takes its time. */
async function hire(
  { databaseUrl }: Line,
  owner: Person,
  { name, role }: { name: string; role: string },
): Promise<Person> {
  const id = `usr_${name.toLowerCase().replaceAll(/\W/g, '_')}`
  const email = `${id}@example.com`
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    await db.query(
      `insert into users (tenant_id, id, email, name, role, password_hash)
       select tenant_id, $1, $2, $3, $4, password_hash from users where email = $5`,
      [id, email, name, role, owner.email],
    )
  } finally {
    await db.end()
  }
  return { email, password: owner.password }
}

/** What comes of it is on the server after a pause in drawing. */
export function soon<Found>(find: () => Promise<Found>, message = 'on the server') {
  return expect.poll(find, { timeout: 20_000, message })
}
