// Node `whatsapp.send_media`: sends an image, video, sound, document or sticker, by its link or as a file of the
// tenant's own.

import { z } from 'zod'
import { WHATSAPP_LIMITS, WHATSAPP_MEDIA } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileFile, FILE_FIELDS, hasOneFile, ONE_FILE } from './file-fields.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  compileOptional,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  PurposeSchema,
  textsIn,
} from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_media'),
  media: z.enum(WHATSAPP_MEDIA),
  ...FILE_FIELDS,
  caption: limitedText(WHATSAPP_LIMITS.caption).optional(),
  /** Name under which a document is shown. */
  filename: limitedText(WHATSAPP_LIMITS.filename).optional(),
  purpose: PurposeSchema.optional(),
})
  .strict()
  .refine(hasOneFile, ONE_FILE)
  .refine(({ media, caption }) => caption === undefined || !['audio', 'sticker'].includes(media), {
    message: 'sounds and stickers have no caption',
    path: ['caption'],
  })
  .refine(({ media, filename }) => filename === undefined || media === 'document', {
    message: 'only documents have a file name',
    path: ['filename'],
  })

export const whatsappSendMedia = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_media',
  description: {
    'pt-BR': 'Envia imagem, vídeo, áudio ou documento pelo WhatsApp',
    en: 'Sends an image, video, sound or document over WhatsApp',
  },
  icon: 'image',
  schema: Schema,
  form: [
    { field: 'media', control: 'choice', label: { 'pt-BR': 'Tipo', en: 'Type' } },
    { field: 'link', control: 'template', label: { 'pt-BR': 'Endereço', en: 'Link' } },
    { field: 'mediaId', control: 'template', label: { 'pt-BR': 'Arquivo', en: 'File' } },
    { field: 'caption', control: 'template', label: { 'pt-BR': 'Legenda', en: 'Caption' } },
    {
      field: 'filename',
      control: 'template',
      label: { 'pt-BR': 'Nome do arquivo', en: 'File name' },
    },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const file = compileFile(node)
    const caption = compileOptional(node.caption)
    const filename = compileOptional(node.filename)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_media',
        media: node.media,
        ...file(scope),
        caption: caption(scope),
        filename: filename(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ link, mediaId, caption, filename }) =>
    textsIn({ '.link': link, '.mediaId': mediaId, '.caption': caption, '.filename': filename }),
  summarize: ({ media, link, mediaId, caption }) => `${media} · ${caption ?? link ?? mediaId}`,
})
