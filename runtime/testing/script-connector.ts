// A connector whose other side answers what the test lays out; it stands in for a provider, not for our code.

import type { OutboundConnector, OutboundEffect, Outcome } from '../connectors/connector.ts'
import { type ConnectorRegistry, createConnectorRegistry } from '../connectors/registry.ts'

export interface ScriptConnector {
  registry: ConnectorRegistry
  /** Effects as they were handed over, in order. */
  sent: OutboundEffect[]
  /** The next answers; without one every send is accepted. An answer may be a promise or throw. */
  answers: (() => Outcome | Promise<Outcome>)[]
}

export function createScriptConnector(): ScriptConnector {
  const sent: OutboundEffect[] = []
  const answers: ScriptConnector['answers'] = []
  const connector: OutboundConnector = {
    kinds: ['whatsapp.send_text', 'whatsapp.send_template'],
    perform: async (effect) => {
      sent.push(effect)
      const answer = answers.shift()
      return answer ? answer() : acceptedAs(`wamid.${effect.id}`)
    },
  }
  return { registry: createConnectorRegistry([connector]), sent, answers }
}

export function acceptedAs(providerMessageId: string): Outcome {
  return { type: 'accepted', providerMessageId, output: { message_id: providerMessageId } }
}
