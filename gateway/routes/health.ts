// Whether this process lives, whether it progresses, and its numbers.

import { HealthSchema } from '#machines/contracts/api.ts'
import { z } from 'zod'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { unlimited } from '../plugins/limits.ts'

const tags = ['health']

export function addHealthRoutes(app: App, { runtime: { health }, stopping, metrics }: Deps): void {
  app.get(
    '/health/live',
    {
      config: unlimited,
      schema: { tags, summary: 'The process answers', response: { 200: HealthSchema } },
    },
    async () => ({ status: 'ok' as const, checks: {} }),
  )

  app.get(
    '/health/ready',
    {
      config: unlimited,
      schema: {
        tags,
        summary: 'The process progresses',
        response: { 200: HealthSchema, 503: HealthSchema },
      },
    },
    async (_request, reply) => {
      const { status, checks } = stopping.aborted ? STOPPING : await health.ready()
      return reply.code(status === 'failing' ? 503 : 200).send({ status, checks })
    },
  )

  app.get(
    '/metrics',
    {
      config: unlimited,
      schema: {
        tags,
        summary: 'Numbers for Prometheus, only for this machine',
        response: { 200: z.string() },
      },
    },
    async (_request, reply) => {
      const texts = await Promise.all([health.metrics(), metrics.registry.metrics()])
      return reply.type(metrics.registry.contentType).serializer(String).send(texts.join('\n'))
    },
  )
}

const STOPPING = {
  status: 'failing' as const,
  checks: { process: { ok: false, detail: 'The process is stopping' } },
}
