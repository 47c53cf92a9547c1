import { expect, it } from 'vitest'
import { createConnectorRegistry } from './registry.ts'
import { createWhatsAppConnector } from './whatsapp/outbound.ts'

const whatsApp = createWhatsAppConnector({
  graphUrl: 'https://graph.facebook.com',
  version: 'v24.0',
})

it('finds a connector by effect kind', () => {
  const registry = createConnectorRegistry([whatsApp])
  expect(registry.get({ kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false })).toBe(whatsApp)
  expect(registry.get({ kind: 'contact.upsert', patch: {} })).toBeUndefined()
})

it('finds the connector of a plain text by its channel', () => {
  const registry = createConnectorRegistry([whatsApp])
  const text = (channel: string) => ({ kind: 'message.send_text', channel, text: 'Oi' }) as const
  expect(registry.get(text('whatsapp'))).toBe(whatsApp)
  expect(registry.get(text('telegram'))).toBeUndefined()
})

it('refuses two connectors for one kind', () => {
  expect(() => createConnectorRegistry([whatsApp, whatsApp])).toThrow('whatsapp.send_text')
})
