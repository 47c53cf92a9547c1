// Every kind that a workflow can use. A new kind is one file and one line here.

import { contactUpsert } from './contact-upsert.ts'
import { delay } from './delay.ts'
import { end } from './end.ts'
import { ifKind } from './if.ts'
import type { NodeKind } from './node-kind.ts'
import { setVariable } from './set-variable.ts'
import { switchKind } from './switch.ts'
import type { TriggerKind } from './trigger-kind.ts'
import { triggerLeadCaptured } from './trigger-lead-captured.ts'
import { triggerMessageReceivedWhatsapp } from './trigger-message-received-whatsapp.ts'
import { waitForEvent } from './wait-for-event.ts'
import { whatsappSendTemplate } from './whatsapp-send-template.ts'
import { whatsappSendText } from './whatsapp-send-text.ts'

const NODE_KINDS: readonly NodeKind[] = [
  contactUpsert,
  whatsappSendText,
  whatsappSendTemplate,
  switchKind,
  ifKind,
  setVariable,
  delay,
  waitForEvent,
  end,
]

const TRIGGER_KINDS: readonly TriggerKind[] = [triggerLeadCaptured, triggerMessageReceivedWhatsapp]

const nodeKinds = new Map(NODE_KINDS.map((kind) => [kind.type, kind]))
const triggerKinds = new Map(TRIGGER_KINDS.map((kind) => [kind.type, kind]))

/** The kind of that name, or undefined when no file defines it. */
export function nodeKindOf(type: string): NodeKind | undefined {
  return nodeKinds.get(type)
}

/** The trigger kind of that name, or undefined when no file defines it. */
export function triggerKindOf(type: string): TriggerKind | undefined {
  return triggerKinds.get(type)
}
