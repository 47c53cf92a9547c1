// Channels: opened by forms that the connectors bring, changed, checked, their secrets rotated, paused, removed.

import { z } from 'zod'
import {
  ChannelCreateSchema,
  ChannelDeedSchema,
  ChannelDependentsSchema,
  ChannelEditSchema,
  ChannelFormListSchema,
  ChannelListSchema,
  ChannelSchema,
  SecretRotationSchema,
} from '#machines/contracts/channels.ts'
import { idSchema } from '#machines/contracts/ids.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['channels']
const params = z.object({ id: idSchema('channel') })

export function addChannelRoutes(app: App, deps: Deps): void {
  addReadRoutes(app, deps)
  addWriteRoutes(app, deps)
  addSecretRoutes(app, deps)
  addDeedRoutes(app, deps)
}

function addReadRoutes(app: App, { runtime: { channels } }: Deps): void {
  app.get(
    '/api/channels',
    {
      schema: {
        tags,
        summary: 'List channels with their health',
        description: 'Secrets are never told, only since when they are set.',
        response: replies(ChannelListSchema),
      },
    },
    async ({ actor }) => channels.list(actor),
  )

  app.get(
    '/api/channels/forms',
    {
      schema: {
        tags,
        summary: 'What each connector asks for to open a channel',
        response: replies(ChannelFormListSchema),
      },
    },
    () => channels.forms(),
  )

  app.get(
    '/api/channels/:id/dependents',
    {
      schema: {
        tags,
        summary: 'What depends on a channel',
        params,
        response: replies(ChannelDependentsSchema),
      },
    },
    async ({ actor, params: { id } }) => channels.dependents(actor, id),
  )
}

function addWriteRoutes(app: App, { runtime: { channels } }: Deps): void {
  app.post(
    '/api/channels',
    {
      schema: {
        tags,
        summary: 'Open a channel',
        description:
          'The provider is asked first: what it refuses is not kept. Then it is told where to deliver.',
        body: ChannelCreateSchema,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, body }) => channels.create(actor, body),
  )

  app.put(
    '/api/channels/:id',
    {
      schema: {
        tags,
        summary: 'Change what is kept of a channel in the open',
        params,
        body: ChannelEditSchema,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id }, body }) => channels.edit(actor, id, body),
  )

  app.post(
    '/api/channels/:id/check',
    {
      schema: {
        tags,
        summary: 'Ask the provider whether it takes the credentials',
        params,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id } }) => channels.check(actor, id),
  )
}

function addSecretRoutes(app: App, { runtime: { channels } }: Deps): void {
  app.post(
    '/api/channels/:id/secrets',
    {
      schema: {
        tags,
        summary: 'Replace secrets',
        description: 'The former value of a secret that rotates stays valid until that is ended.',
        params,
        body: SecretRotationSchema,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id }, body }) => channels.rotate(actor, id, body),
  )

  app.post(
    '/api/channels/:id/secrets/finish',
    {
      schema: {
        tags,
        summary: 'End the rotation: former values are valid no more',
        params,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id } }) => channels.finishRotation(actor, id),
  )
}

function addDeedRoutes(app: App, { runtime: { channels } }: Deps): void {
  app.post(
    '/api/channels/:id/pause',
    {
      schema: {
        tags,
        summary: 'Let nothing leave by a channel',
        description: 'What is to leave waits; what comes in is taken.',
        params,
        body: ChannelDeedSchema,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id }, body }) => channels.pause(actor, id, body),
  )

  app.post(
    '/api/channels/:id/resume',
    {
      schema: {
        tags,
        summary: 'Let messages leave again',
        params,
        body: ChannelDeedSchema,
        response: replies(ChannelSchema),
      },
    },
    async ({ actor, params: { id }, body }) => channels.resume(actor, id, body),
  )

  app.post(
    '/api/channels/:id/remove',
    {
      schema: {
        tags,
        summary: 'Remove a channel',
        description: 'Its secrets are forgotten; conversations stay.',
        params,
        body: ChannelDeedSchema,
        response: replies(z.object({ removed: z.literal(true) })),
      },
    },
    async ({ actor, params: { id }, body }) => {
      await channels.remove(actor, id, body)
      return { removed: true as const }
    },
  )
}
