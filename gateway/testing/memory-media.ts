// Files in memory: one of each tenant, under an id that says whose it is.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Runtime } from '#runtime/index.ts'
import { TENANTS } from './fixtures.ts'

/** The file of a tenant. */
export const MEDIA_OF = { acme: 'med_acme', rival: 'med_rival', page: 'med_page' } as const

export function createMedia(): Runtime['media'] {
  const files = new Map([
    [`${TENANTS.acme} ${MEDIA_OF.acme}`, { mimeType: 'image/png', filename: 'praça "1".png' }],
    [`${TENANTS.rival} ${MEDIA_OF.rival}`, { mimeType: 'image/png', filename: null }],
    [`${TENANTS.acme} ${MEDIA_OF.page}`, { mimeType: 'text/html', filename: 'a.html' }],
  ])
  return {
    read: async ({ tenantId }, id) => {
      const file = files.get(`${tenantId} ${id}`)
      if (!file) throw new FluxoError('RESOURCE_NOT_FOUND')
      const bytes = Buffer.from('<script>')
      return { id, ...file, size: bytes.length, sha256: '', chunks: oneOf(bytes) }
    },
  }
}

async function* oneOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
