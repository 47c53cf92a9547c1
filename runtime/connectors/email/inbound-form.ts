// The form that SendGrid's parse webhook posts, byte by byte as it came: a mail may be in any character set.

import { FluxoError } from '#machines/contracts/errors.ts'

export interface FormFile {
  name: string
  filename: string
  mimeType: string
  bytes: Buffer
}

export interface Form {
  /** As bytes: the form says elsewhere in what character set each is. */
  fields: ReadonlyMap<string, Buffer>
  files: readonly FormFile[]
}

const BOUNDARY = /^--([\w'()+,./:=? -]{1,70})\r\n/

/** True for a body that begins as a form does. */
export function isForm(body: Buffer): boolean {
  return BOUNDARY.test(body.subarray(0, 80).toString('latin1'))
}

/**
 * Reads a form; its first line is its boundary.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID
 */
export async function readForm(body: Buffer): Promise<Form> {
  const boundary = BOUNDARY.exec(body.subarray(0, 80).toString('latin1'))?.[1] ?? ''
  // The reader of forms takes texts for UTF-8. Each byte as a character of its own comes through whole.
  const widened = Buffer.from(body.toString('latin1'))
  const type = `multipart/form-data; boundary="${boundary}"`
  const form = await new Response(widened, { headers: { 'content-type': type } })
    .formData()
    .catch((cause: unknown) => {
      throw new FluxoError('WEBHOOK_BODY_INVALID', { message: 'The form is not whole', cause })
    })
  const fields = new Map<string, Buffer>()
  const files: FormFile[] = []
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name, Buffer.from(value, 'latin1'))
    else
      files.push({
        name,
        filename: Buffer.from(value.name, 'latin1').toString(),
        mimeType: value.type,
        bytes: Buffer.from(await value.text(), 'latin1'),
      })
  }
  return { fields, files }
}
