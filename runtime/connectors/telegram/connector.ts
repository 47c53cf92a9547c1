// Telegram's Bot API, as a connector.

import type { Connector } from '../connector.ts'
import type { BotApi } from './api.ts'
import { createChannelForm } from './channel-form.ts'
import { createInbound } from './inbound.ts'
import { createOutbound } from './outbound.ts'

/** @param given `baseUrl` of a stand-in; left out: Telegram itself */
export function createTelegram(given: {
  baseUrl?: string | undefined
  timeoutMs?: number
}): Connector {
  const api: BotApi = { ...given, baseUrl: given.baseUrl ?? 'https://api.telegram.org' }
  return {
    name: 'telegram',
    title: { 'pt-BR': 'Telegram', en: 'Telegram' },
    channel: createChannelForm(api),
    outbound: [createOutbound(api)],
    inbound: createInbound(),
  }
}
