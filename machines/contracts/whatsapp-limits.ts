// Meta's limits on what a WhatsApp message holds, in characters (Cloud API reference, "Messages").

export const WHATSAPP_LIMITS = {
  text: 4096,
  templateBody: 1024,
  callbackData: 512,
  header: 60,
  footer: 60,
  buttons: { count: 3, title: 20, id: 256, body: 1024 },
  list: {
    sections: 10,
    /** In all sections together. */
    rows: 10,
    button: 20,
    sectionTitle: 24,
    rowTitle: 24,
    rowDescription: 72,
    id: 200,
    body: 4096,
  },
  cta: { button: 20, body: 1024 },
  locationRequest: { body: 1024 },
  carousel: { least: 2, most: 10, body: 1024, cardBody: 160, button: 20, replies: 2, id: 256 },
  contacts: { count: 20, name: 512, field: 300 },
  template: {
    name: 512,
    header: 60,
    body: 1024,
    footer: 60,
    buttons: 10,
    urlButtons: 2,
    button: 25,
    phone: 20,
    /** What fills its buttons. */
    payload: 256,
    code: 20,
  },
  caption: 1024,
  filename: 240,
  link: 2000,
} as const

export const WHATSAPP_MEDIA = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type WhatsAppMedia = (typeof WHATSAPP_MEDIA)[number]

const MB = 1024 * 1024

/** What Meta takes as a file of each type, and how large (Cloud API reference, "Media"). */
export const WHATSAPP_FILES: Readonly<
  Record<WhatsAppMedia, { mimes: readonly string[] | null; maxBytes: number }>
> = {
  image: { mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
  video: { mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
  audio: {
    mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus'],
    maxBytes: 16 * MB,
  },
  document: { mimes: null, maxBytes: 100 * MB },
  sticker: { mimes: ['image/webp'], maxBytes: 500 * 1024 },
}

/** Code points: an emoji is one character and not two. */
export function charactersOf(text: string): number {
  return Array.from(text).length
}
