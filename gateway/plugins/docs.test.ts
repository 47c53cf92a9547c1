// The description has every route and leads nowhere else; its page asks nobody but us.

import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICY } from '../policy.ts'
import { createGateway, type Gateway } from '../testing/gateway.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

interface Description {
  openapi: string
  paths: Record<string, Record<string, { security?: unknown; responses: object; summary?: string }>>
  components: { schemas: Record<string, unknown> }
}
const read = async () => (await gateway.app.inject('/api/docs/openapi.json')).json<Description>()

describe('the description', () => {
  const described = Object.keys(POLICY).filter(
    (route) => !/^GET (\/live|\/\*|\/api\/docs)/.test(route),
  )

  it.each(described)('has %s', async (route) => {
    const [method = '', pattern = ''] = route.split(' ')
    const { openapi, paths } = await read()
    expect(openapi).toBe('3.1.0')
    const operation =
      paths[pattern.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}')]?.[method.toLowerCase()]
    expect(operation?.summary).toBeTruthy()
    expect(operation?.security !== undefined).toBe(Array.isArray(POLICY[route]))
  })

  it('has no other route, and every reference in it leads somewhere', async () => {
    const description = await read()
    const operations = Object.values(description.paths).flatMap((path) => Object.keys(path))
    expect(operations).toHaveLength(described.length)
    const references = JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)
    const schemas = Object.keys(description.components.schemas)
    const named = new Set(
      [...references].map(([, ref = '']) => ref.replace('#/components/schemas/', '')),
    )
    expect([...named].toSorted()).toEqual(schemas.toSorted())
  })
})

describe('the page', () => {
  it('loads its one script from here and runs only what its policy names', async () => {
    const reply = await gateway.app.inject('/api/docs/')
    const addresses = [...reply.body.matchAll(/(?:src|href|url)\s*=\s*"([^"]*)"/g)].map(
      ([, url]) => url,
    )
    expect(addresses).toEqual(['js/scalar.js'])
    expect(reply.body).not.toMatch(/https?:\/\//)
    expect(reply.body).toContain('"telemetry": false')
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline|\*/)
    const inline =
      /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(reply.body)?.[1] ?? ''
    expect(policy).toContain(createHash('sha256').update(inline).digest('base64'))
    const script = await gateway.app.inject('/api/docs/js/scalar.js')
    expect(script.headers['content-type']).toMatch(/javascript/)
  })

  it('answers a request that names no host', async () => {
    const [host, port] = (await gateway.listen()).split(':')
    for (const path of ['/api/docs', '/api/docs/']) {
      const socket = connect(Number(port), host)
      socket.write(`GET ${path} HTTP/1.0\r\n\r\n`)
      expect(await text(socket)).not.toMatch(/^HTTP\/1.1 5/)
    }
  })
})
