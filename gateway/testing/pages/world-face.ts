// What is known of Loja Aurora's day, and what can be asked of it.

import type pg from 'pg'
import type { Line } from '../line.ts'

export type Document = { id: string; nodes: Record<string, unknown>[] } & Record<string, unknown>

export interface World {
  line: Line
  db: pg.Client
  /** Id of a contact, by the name in PEOPLE. */
  contact(name: string): string
  /** Ids of what else has an address of its own. */
  ids: Record<'letter' | 'template' | 'draftTemplate' | 'email' | 'import', string>
  /** Answers of the API that must be good ones. */
  ask<Body>(method: string, path: string, body?: unknown): Promise<Body>
  /** The draft of a workflow as it is on the server. */
  draft(id: string): Promise<Document>
  /** E-mail of the owner of a company without any data; made when first asked for, as the sandbox is for one company. */
  emptyTenant(): Promise<string>
  close(): Promise<void>
}
