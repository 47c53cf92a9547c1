// Every kind that a workflow can use. A new kind is one file and one line here.

import { aiClassify } from './ai-classify.ts'
import { aiExtract } from './ai-extract.ts'
import { aiReply } from './ai-reply.ts'
import { ask } from './ask.ts'
import { businessHours } from './business-hours.ts'
import { contactUpsert } from './contact-upsert.ts'
import { crmCreateDeal } from './crm-create-deal.ts'
import { delay } from './delay.ts'
import { emailSendTemplate } from './email-send-template.ts'
import { emailSendText } from './email-send-text.ts'
import { end } from './end.ts'
import { experiment } from './experiment.ts'
import { goto } from './goto.ts'
import { group } from './group.ts'
import { handoffHuman } from './handoff-human.ts'
import { ifKind } from './if.ts'
import { intent } from './intent.ts'
import { interrupt } from './interrupt.ts'
import { loopForEach } from './loop-for-each.ts'
import { messageSendText } from './message-send-text.ts'
import type { NodeKind } from './node-kind.ts'
import { parallel } from './parallel.ts'
import { setVariable } from './set-variable.ts'
import { subflow } from './subflow.ts'
import { switchKind } from './switch.ts'
import { tagAdd } from './tag-add.ts'
import { tagRemove } from './tag-remove.ts'
import { transformJson } from './transform-json.ts'
import { triggerEvent } from './trigger-event.ts'
import { triggerFormSubmitted } from './trigger-form-submitted.ts'
import type { TriggerKind } from './trigger-kind.ts'
import { triggerLeadCaptured } from './trigger-lead-captured.ts'
import { triggerManual } from './trigger-manual.ts'
import { triggerMessageReceived } from './trigger-message-received.ts'
import { triggerMessageReceivedEmail } from './trigger-message-received-email.ts'
import { triggerMessageReceivedWhatsapp } from './trigger-message-received-whatsapp.ts'
import { triggerPurchaseApproved } from './trigger-purchase-approved.ts'
import { triggerSchedule } from './trigger-schedule.ts'
import { triggerSegmentEntered } from './trigger-segment-entered.ts'
import { triggerTagAdded } from './trigger-tag-added.ts'
import { waitForEvent } from './wait-for-event.ts'
import { waitUntil } from './wait-until.ts'
import { webhookCall } from './webhook-call.ts'
import { whatsappMarkRead } from './whatsapp-mark-read.ts'
import { whatsappRequestLocation } from './whatsapp-request-location.ts'
import { whatsappSendButtons } from './whatsapp-send-buttons.ts'
import { whatsappSendCarousel } from './whatsapp-send-carousel.ts'
import { whatsappSendContacts } from './whatsapp-send-contacts.ts'
import { whatsappSendCtaUrl } from './whatsapp-send-cta-url.ts'
import { whatsappSendList } from './whatsapp-send-list.ts'
import { whatsappSendMedia } from './whatsapp-send-media.ts'
import { whatsappSendReaction } from './whatsapp-send-reaction.ts'
import { whatsappSendTemplate } from './whatsapp-send-template.ts'
import { whatsappSendText } from './whatsapp-send-text.ts'

/** In the order in which people are offered them. */
export const NODE_KINDS: readonly NodeKind[] = [
  contactUpsert,
  whatsappSendText,
  whatsappSendTemplate,
  whatsappSendButtons,
  whatsappSendList,
  whatsappSendMedia,
  whatsappSendCtaUrl,
  whatsappSendCarousel,
  whatsappSendContacts,
  whatsappRequestLocation,
  whatsappSendReaction,
  whatsappMarkRead,
  messageSendText,
  ask,
  emailSendTemplate,
  emailSendText,
  tagAdd,
  tagRemove,
  crmCreateDeal,
  webhookCall,
  aiClassify,
  aiReply,
  aiExtract,
  transformJson,
  handoffHuman,
  switchKind,
  ifKind,
  experiment,
  intent,
  businessHours,
  setVariable,
  delay,
  waitUntil,
  waitForEvent,
  group,
  parallel,
  loopForEach,
  interrupt,
  subflow,
  goto,
  end,
]

export const TRIGGER_KINDS: readonly TriggerKind[] = [
  triggerLeadCaptured,
  triggerMessageReceivedWhatsapp,
  triggerMessageReceivedEmail,
  triggerMessageReceived,
  triggerFormSubmitted,
  triggerPurchaseApproved,
  triggerTagAdded,
  triggerSegmentEntered,
  triggerSchedule,
  triggerEvent,
  triggerManual,
]

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
