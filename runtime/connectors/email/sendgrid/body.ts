// A letter in the words of SendGrid's `/v3/mail/send`. Its own counting is off: the links are ours, and its words about
// people hold no names (custom arguments are kept in the clear for long).

import type { JsonObject } from '#machines/contracts/json.ts'
import type { Letter } from '../letter.ts'

export function sendGridBodyOf(letter: Letter): JsonObject {
  const { from, replyTo, html, attachments } = letter
  const off = { enable: false }
  return {
    personalizations: [{ to: [{ email: letter.to }] }],
    from: { email: from.address, ...(from.name !== null && { name: from.name }) },
    ...(replyTo !== null && { reply_to: { email: replyTo } }),
    subject: letter.subject,
    content: [
      { type: 'text/plain', value: letter.text },
      ...(html === null ? [] : [{ type: 'text/html', value: html }]),
    ],
    headers: { 'Message-ID': `<${letter.messageId}>`, ...letter.headers },
    custom_args: { effect_id: letter.effectId, channel_id: letter.channelId },
    ...(attachments.length > 0 && { attachments: attachments.map(attachmentOf) }),
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: off,
      subscription_tracking: off,
    },
  }
}

function attachmentOf({ name, mime, content, cid }: Letter['attachments'][number]): JsonObject {
  return {
    content: content.toString('base64'),
    filename: name,
    type: mime,
    disposition: cid === undefined ? 'attachment' : 'inline',
    ...(cid !== undefined && { content_id: cid }),
  }
}
