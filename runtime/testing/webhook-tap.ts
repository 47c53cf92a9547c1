// A listener that a stand-in delivers its webhooks to: keeps each request whole, as a gateway would hand it on.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { InboundRequest } from '../connectors/connector.ts'

export interface WebhookTap {
  /** Where a provider is told to deliver to. */
  url: string
  /** Every request so far, in order. */
  requests: readonly InboundRequest[]
  /** The first request from now on, or since `after` of them had come, that fits. @throws {Error} after 5 s */
  next(fits?: (request: InboundRequest) => boolean, after?: number): Promise<InboundRequest>
  close(): void
}

const LIMIT_MS = 5_000

/** Opens it on a free port; every request is answered with 200. */
export async function openWebhookTap(): Promise<WebhookTap> {
  const requests: InboundRequest[] = []
  let wake = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    void buffer(request).then((rawBody) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://tap')
      const method = request.method === 'GET' ? 'GET' : 'POST'
      const query = Object.fromEntries(searchParams)
      requests.push({ method, rawBody, headers: request.headers, query })
      response.writeHead(200).end()
      wake.resolve()
      wake = Promise.withResolvers()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    requests,
    next: async (fits = () => true, after = requests.length) => {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => late.reject(new Error('no such webhook came')), LIMIT_MS)
      try {
        for (;;) {
          const found = requests.slice(after).find(fits)
          if (found) return found
          await Promise.race([wake.promise, late.promise])
        }
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
