import { expect, it } from 'vitest'
import { createConnectorRegistry } from './registry.ts'
import { createWhatsAppConnector } from './whatsapp/outbound.ts'

const whatsApp = createWhatsAppConnector({
  graphUrl: 'https://graph.facebook.com',
  version: 'v24.0',
})

it('finds a connector by effect kind', () => {
  const registry = createConnectorRegistry([whatsApp])
  expect(registry.get('whatsapp.send_text')).toBe(whatsApp)
  expect(registry.get('whatsapp.send_template')).toBe(whatsApp)
  expect(registry.get('contact.upsert')).toBeUndefined()
})

it('refuses two connectors for one kind', () => {
  expect(() => createConnectorRegistry([whatsApp, whatsApp])).toThrow('whatsapp.send_text')
})
