// Every page and its main states, as the tests look at them and as the pictures in docs/screenshots show them.

import { CONTACTS } from './pages/contacts.ts'
import { CONTENT } from './pages/content.ts'
import { DELIVERIES } from './pages/deliveries.ts'
import { EDITOR } from './pages/editor.ts'
import type { Entry } from './pages/entry.ts'
import { FRAME } from './pages/frame.ts'
import { SETTINGS } from './pages/settings.ts'
import { SOURCES_OF_LEADS } from './pages/sources.ts'
import { WORKFLOW } from './pages/workflow.ts'
import { WORKFLOWS } from './pages/workflows.ts'

export const CATALOGUE: readonly Entry[] = [
  ...FRAME,
  ...WORKFLOWS,
  ...WORKFLOW,
  ...EDITOR,
  ...CONTACTS,
  ...DELIVERIES,
  ...CONTENT,
  ...SOURCES_OF_LEADS,
  ...SETTINGS,
]
