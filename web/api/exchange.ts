// Workflows that come and go: bundles, imports, proposals, and the tests that go along.

import type { JsonObject } from '#machines/contracts/json.ts'
import {
  BundleReplySchema,
  type ImportPreviewRequest,
  ImportPreviewSchema,
  ImportReplySchema,
  type ImportRequest,
  ProposeReplySchema,
} from '#machines/contracts/workflow-exchange.ts'
import { KeptTestListSchema, type WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'

export const makeBundle = (id: string) =>
  call(['POST', at('workflows', id, 'bundle')], BundleReplySchema, { body: {} })

export const previewImport = (body: ImportPreviewRequest, signal?: AbortSignal) =>
  call(['POST', at('workflows', 'import', 'dry-run')], ImportPreviewSchema, { body, signal })

export const importWorkflow = (body: ImportRequest) =>
  call(['POST', at('workflows', 'import')], ImportReplySchema, { body })

export const proposeDraft = (
  id: string,
  body: { prompt: string; definition: JsonObject },
  signal?: AbortSignal,
) => call(['POST', at('workflows', id, 'propose')], ProposeReplySchema, { body, signal })

export const readTests = (id: string) =>
  call(['GET', at('workflows', id, 'tests')], KeptTestListSchema)

export const keepTests = (id: string, tests: readonly WorkflowTest[]) =>
  call(['PUT', at('workflows', id, 'tests')], KeptTestListSchema, { body: tests })
