// Every migration in order. A released file is never edited; a change is a new file and a new line.

import { Migration0001Initial } from './0001-initial.ts'

export const MIGRATIONS = [{ name: '0001-initial', class: Migration0001Initial }]
