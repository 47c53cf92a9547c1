// What the gateway counts of itself, beside the runtime's own numbers.

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { App } from '../context.ts'

export interface Metrics {
  registry: Registry
  denied: Counter<'code'>
  sockets: Gauge
  seconds: Histogram<'route' | 'status'>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    denied: new Counter({
      name: 'fluxo_authz_denied_total',
      help: 'Requests refused for who sent them: no session, wrong role, foreign origin, too many.',
      labelNames: ['code'],
      registers,
    }),
    sockets: new Gauge({ name: 'fluxo_ws_clients', help: 'Open live sockets.', registers }),
    seconds: new Histogram({
      name: 'fluxo_http_request_seconds',
      help: 'Time from the request to the end of its answer.',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
  }
}

export function addMetrics(app: App, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    metrics.seconds.observe({ route, status }, reply.elapsedTime / 1000)
    done()
  })
}
