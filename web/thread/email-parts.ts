// What the content of a mail holds, read without trusting its form: a stranger wrote it.

import type { Message } from '#machines/contracts/api.ts'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { MediaPart } from './message-parts.ts'

export interface EmailPart {
  subject: string
  from: string
  /** All of the text, quotations too; empty where there is no more of it than the message says. */
  fullText: string
  /** The file of its HTML; null for a mail of plain text. */
  htmlMediaId: string | null
  /** Without the images that its HTML shows. */
  files: MediaPart[]
  /** How many more there were than are kept. */
  leftOut: number
}

export function emailOf({ content, text }: Message): EmailPart {
  const htmlMediaId = mediaIdOf(content['htmlMediaId'])
  const fullText = wordsOf(content['fullText'])
  return {
    subject: wordsOf(content['subject']),
    from: wordsOf(content['from']),
    fullText: fullText === text ? '' : fullText,
    htmlMediaId,
    files: filesOf(content['attachments'], htmlMediaId !== null),
    leftOut: numberOf(content['attachmentsLeftOut']),
  }
}

function filesOf(list: Json | undefined, isShownInside: boolean): MediaPart[] {
  const files = Array.isArray(list) ? list.filter(isJsonObject) : []
  return files
    .filter((file) => !(isShownInside && file['inline'] === true && file['cid'] && file['mediaId']))
    .map((file) => {
      const id = mediaIdOf(file['mediaId'])
      return {
        id,
        status: id === null ? 'refused' : 'stored',
        mimeType: wordsOf(file['mime']),
        filename: wordsOf(file['name']) || null,
        size: numberOf(file['size']),
        code: wordsOf(file['code']) || null,
      }
    })
}

function mediaIdOf(value: Json | undefined): string | null {
  return typeof value === 'string' && /^med_\w{1,120}$/.test(value) ? value : null
}

function wordsOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
