// The runtime's figures for Prometheus; low cardinality, no tenant.

import { Counter, Gauge, Registry } from 'prom-client'
import type { Progress } from './health.ts'

export interface Meter {
  countRefused(code: string): void
  text(): Promise<string>
}

/** Creates the registry of one process. */
export function createMeter(progress: Progress): Meter {
  const registry = new Registry()
  const refused = new Counter({
    name: 'fluxo_webhook_refused_total',
    help: 'Webhooks that were refused, by error code',
    labelNames: ['code'],
    registers: [registry],
  })
  const steps = new Gauge({
    name: 'fluxo_steps',
    help: 'Steps committed by this process',
    registers: [registry],
    collect: () => {
      steps.set(progress.steps)
    },
  })
  return {
    countRefused: (code) => refused.inc({ code }),
    text: () => registry.metrics(),
  }
}
