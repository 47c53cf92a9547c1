// Channels that messages travel on. WhatsApp and e-mail have rules of their own; a connector may bring any other.

/** `whatsapp`, `email`, …: the name of the connector that speaks it. */
export type ChannelKind = string

export const CHANNEL_KIND_PATTERN = /^[a-z][a-z0-9_]{1,29}$/

/** In place of a channel: where the contact wrote last. A committed effect never holds it. */
export const LAST_CHANNEL = '*'
