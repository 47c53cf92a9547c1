// A provider that takes every message at once and remembers when it came. It reports no statuses.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Provider {
  /** `host:port` */
  address: string
  /** Told of each message: digits of the number that it goes to, and when it came. */
  onMessage: (to: string, at: number) => void
  stop(): Promise<void>
}

export async function startProvider(): Promise<Provider> {
  const server = createServer((request, response) => {
    const at = performance.now()
    void text(request).then((body) => {
      const { to } = JSON.parse(body) as { to: string }
      provider.onMessage(to.replace('+', ''), at)
      const id = `wamid.${to}.${at}`
      const reply = {
        messaging_product: 'whatsapp',
        contacts: [{ input: to, wa_id: to }],
        messages: [{ id }],
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const provider: Provider = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    onMessage: () => {},
    stop: async () => {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
  return provider
}
