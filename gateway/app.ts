// The gateway as one Fastify instance: plugins, then routes. It listens nowhere by itself.

import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Runtime } from '#runtime/index.ts'
import type { App, GatewayConfig } from './context.ts'
import type { Deps } from './deps.ts'
import { addLiveSocket } from './live/socket.ts'
import { addAuth } from './plugins/auth.ts'
import { addApiDescription, addDocsPage } from './plugins/docs.ts'
import { addErrors } from './plugins/errors.ts'
import { addHeaders } from './plugins/headers.ts'
import { addJsonBody } from './plugins/json-body.ts'
import { addLimits, limitsOf } from './plugins/limits.ts'
import { addMetrics, createMetrics } from './plugins/metrics.ts'
import { refuseMalformedAddress } from './plugins/origin.ts'
import { createPeople } from './plugins/people.ts'
import { addTokens } from './plugins/tokens.ts'
import { addValidation } from './plugins/validation.ts'
import { addWeb } from './plugins/web.ts'
import { answerBadAddress, answerBadBytes, newCorrelationId } from './plugins/wire-errors.ts'
import { addActorRoutes } from './routes/actors.ts'
import { addAiRoutes } from './routes/ai-settings.ts'
import { addContactMergeRoutes } from './routes/contact-merges.ts'
import { addChannelRoutes } from './routes/channels.ts'
import { addAttributionRoutes } from './routes/attribution.ts'
import { addContactRoutes } from './routes/contacts.ts'
import { addDebuggerRoutes } from './routes/debugger.ts'
import { addDeliveryRoutes } from './routes/deliveries.ts'
import { addEmailLinkRoutes } from './routes/email-links.ts'
import { addEmailTemplateRoutes } from './routes/email-templates.ts'
import { addFormPages } from './routes/form-pages.ts'
import { addFormRoutes } from './routes/forms.ts'
import { addHealthRoutes } from './routes/health.ts'
import { addImportRoutes } from './routes/imports.ts'
import { addInsightRoutes } from './routes/insights.ts'
import { addLiveTicketRoute } from './routes/live-ticket.ts'
import { addMetaLeadRoutes } from './routes/meta-leads.ts'
import { addMediaRoutes } from './routes/media.ts'
import { addRunRoutes } from './routes/runs.ts'
import { addMigrationRoutes } from './routes/migrations.ts'
import { addSandboxRoutes } from './routes/sandbox.ts'
import { addSessionRoutes } from './routes/session.ts'
import { addSourceRoutes } from './routes/sources.ts'
import { addStateActRoutes } from './routes/state-acts.ts'
import { addTemplateRoutes } from './routes/templates.ts'
import { addVersionRoutes } from './routes/versions.ts'
import { addWebhookRoutes } from './routes/webhooks.ts'
import { addWorkflowExchangeRoutes } from './routes/workflow-exchange.ts'
import { addWorkflowShelfRoutes } from './routes/workflow-shelf.ts'
import { addWorkflowTestRoutes } from './routes/workflow-tests.ts'
import { addWorkflowRoutes } from './routes/workflows.ts'

export interface BuildOptions {
  runtime: Runtime
  config: GatewayConfig
  logger: FastifyBaseLogger
  /** `health` for a process that serves nothing else, such as a worker. */
  part?: 'all' | 'health'
  /** Abort it first when stopping: readiness fails and sockets are sent away at once. */
  stopping?: AbortSignal
  /** Milliseconds since 1970. */
  now?: () => number
}

/** @returns the instance, ready to listen or to be asked by `inject`; closing it leaves the runtime running */
export async function buildApp(options: BuildOptions): Promise<App> {
  const { runtime, config, logger, now = Date.now, part = 'all' } = options
  const app = createServer(config, logger)
  const metrics = createMetrics()
  const tokens = await addTokens(app, config.jwtSecret)
  const people = createPeople(runtime, now)
  const stopping = options.stopping ?? new AbortController().signal
  const deps: Deps = { runtime, config, tokens, people, metrics, stopping, now }
  await addPlugins(app, deps)
  addHealthRoutes(app, deps)
  if (part === 'all') await addRoutes(app, deps)
  await app.ready()
  return app
}

const REQUEST_MS = 30_000

function createServer(config: GatewayConfig, logger: FastifyBaseLogger): App {
  return Fastify({
    loggerInstance: logger,
    // Addresses carry phone numbers and tickets: they are not logged.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newCorrelationId,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: REQUEST_MS,
    forceCloseConnections: 'idle',
    trustProxy: config.trustProxy ?? false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => answerBadAddress(error, request, reply),
    clientErrorHandler: answerBadBytes,
  }).withTypeProvider<ZodTypeProvider>()
}

async function addPlugins(app: App, deps: Deps): Promise<void> {
  addErrors(app, deps.metrics)
  addValidation(app)
  addJsonBody(app)
  addMetrics(app, deps.metrics)
  refuseMalformedAddress(app)
  await addHeaders(app, deps.config.secureCookies)
  await addAuth(app, deps)
  await addLimits(app, limitsOf(deps.config))
  await addApiDescription(app)
}

async function addRoutes(app: App, deps: Deps): Promise<void> {
  addSessionRoutes(app, deps)
  addWorkflowRoutes(app, deps)
  addWorkflowTestRoutes(app, deps)
  addWorkflowExchangeRoutes(app, deps)
  addWorkflowShelfRoutes(app, deps)
  addInsightRoutes(app, deps)
  addStateActRoutes(app, deps)
  addRunRoutes(app, deps)
  addVersionRoutes(app, deps)
  addMigrationRoutes(app, deps)
  addContactRoutes(app, deps)
  addContactMergeRoutes(app, deps)
  addActorRoutes(app, deps)
  addDebuggerRoutes(app, deps)
  addChannelRoutes(app, deps)
  addSandboxRoutes(app, deps)
  addMediaRoutes(app, deps)
  addDeliveryRoutes(app, deps)
  addEmailTemplateRoutes(app, deps)
  await addEmailLinkRoutes(app, deps)
  addAiRoutes(app, deps)
  addTemplateRoutes(app, deps)
  await addLeadRoutes(app, deps)
  addLiveTicketRoute(app, deps)
  await addWebhookRoutes(app, deps)
  await addLiveSocket(app, deps)
  await addDocsPage(app)
  await addWeb(app, deps.config.webDist)
}

async function addLeadRoutes(app: App, deps: Deps): Promise<void> {
  addSourceRoutes(app, deps)
  addFormRoutes(app, deps)
  addMetaLeadRoutes(app, deps)
  addAttributionRoutes(app, deps)
  await addImportRoutes(app, deps)
  await addFormPages(app, deps)
}
