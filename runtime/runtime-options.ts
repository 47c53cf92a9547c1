// What a process of the runtime is told when it starts.

import type { ConnectorOptions } from './connectors/all.ts'
import type { GeminiSdk } from './connectors/gemini/connector.ts'
import type { Logger } from './log.ts'
import type { MailServerConfig } from './mail-server/mail-server.ts'

export interface RuntimeOptions {
  databaseUrl: string
  redisUrl: string | undefined
  /** 32 bytes. */
  masterKey: Buffer
  role: 'all' | 'gateway' | 'worker'
  whatsapp: { graphUrl: string; version: string }
  /** Where providers are reached instead of at their own addresses, by connector. */
  providerUrls?: ConnectorOptions['providerUrls']
  /** Which package speaks to Gemini; default `generative-ai`. */
  geminiSdk?: GeminiSdk
  /** Base of the addresses that the outside world uses; default this machine's. */
  publicUrl?: string
  /** The sandbox of this process; left out: none. */
  sandboxUrl?: string | undefined
  /** Takes mail from other servers; left out: none does. */
  mailServer?: MailServerConfig | undefined
  /** `host:port` that outgoing requests may reach although private. */
  egressAllow: readonly string[]
  leaseSeconds: number
  uncertainSeconds: number
  /** What a worker keeps in memory of the states of contacts, in MiB. */
  stateCacheMb?: number
  /** How long an event that comes again is known to have come. */
  dedupeDays?: number
  /** How long media is kept for tenants that say nothing else. */
  mediaDays?: number
  /** True when no other process can have this database open. */
  isAlone: boolean
  /** False: every effect takes the way over the queue. */
  isDirect?: boolean
  /** Nothing leaves, whatever a person opens: DISPATCH_PAUSED. */
  isDispatchPaused?: boolean
  /** Where the outbox's position is told outside of the database when there is no Redis. */
  dataDir?: string
  logger: Logger
}

/** Where the outside world finds a process that was told nothing else. */
export const LOCAL_URL = 'http://127.0.0.1:3000'
