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
  caption: 1024,
  filename: 240,
  link: 2000,
} as const

export const WHATSAPP_MEDIA = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type WhatsAppMedia = (typeof WHATSAPP_MEDIA)[number]

/** Code points: an emoji is one character and not two. */
export function charactersOf(text: string): number {
  return Array.from(text).length
}
