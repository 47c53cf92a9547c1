// A tenant's language model: settings without the key, a test of key and model, and what was used.

import {
  AiSettingsEditSchema,
  AiSettingsSchema,
  AiTestReplySchema,
  AiTestRequestSchema,
  AiUsageSchema,
} from '#machines/contracts/ai-settings.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['ai']

export function addAiRoutes(app: App, { runtime: { ai } }: Deps): void {
  app.get(
    '/api/ai-settings',
    {
      schema: {
        tags,
        summary: 'How the model is set up; whether there is a key, and never which',
        response: replies(AiSettingsSchema),
      },
    },
    async ({ actor }) => ai.settings(actor),
  )

  app.put(
    '/api/ai-settings',
    {
      schema: {
        tags,
        summary: 'Set the model up',
        description: 'A `key` that is left out stays as it is; null removes it.',
        body: AiSettingsEditSchema,
        response: replies(AiSettingsSchema),
      },
    },
    async ({ actor, body }) => ai.save(actor, body),
  )

  app.post(
    '/api/ai-settings/test',
    {
      schema: {
        tags,
        summary: 'Find out whether key and model work',
        description: 'What is left out is what is kept. The answer says what is wrong.',
        body: AiTestRequestSchema,
        response: replies(AiTestReplySchema),
      },
    },
    async ({ actor, body }) => ai.test(actor, body),
  )

  app.get(
    '/api/ai-settings/usage',
    {
      schema: {
        tags,
        summary: 'Tokens of this month: in all, by node, by contact',
        response: replies(AiUsageSchema),
      },
    },
    async ({ actor }) => ai.usage(actor),
  )
}
