// The document that a mail's frame shows. The server made its HTML harmless; here it is shut in once more: nothing runs,
// nothing is fetched, its inline images are put into it.

import { at } from '../api/endpoints.ts'

const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
const STYLE =
  'body{margin:0;padding:8px;background:#fff;color:#171717;font:14px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}' +
  'img{max-width:100%;height:auto}blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #d4d4d4}'
const MOST_IMAGES = 30

/**
 * Opens a mail's HTML.
 * @returns the whole document; null for one that is kept no longer
 * @throws {Error} when it cannot be read just now
 */
export async function openEmailDocument(
  mediaId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const response = await fetch(at('media', mediaId), { signal })
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`The e-mail answered ${response.status}`)
  const parsed = new DOMParser().parseFromString(await response.text(), 'text/html')
  const images = [...parsed.querySelectorAll<HTMLImageElement>('img[data-media]')]
  await Promise.all(images.slice(0, MOST_IMAGES).map((image) => fill(image, signal)))
  return (
    `<!doctype html><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${POLICY}">` +
    `<style>${STYLE}</style><body>${parsed.body.innerHTML}</body>`
  )
}

/** The frame has no origin and thus no session: what it shows must be in it. */
async function fill(image: HTMLImageElement, signal: AbortSignal): Promise<void> {
  const id = image.dataset['media'] ?? ''
  image.removeAttribute('data-media')
  if (!/^med_\w{1,120}$/.test(id)) return
  const response = await fetch(at('media', id), { signal })
  const type = response.headers.get('content-type') ?? ''
  if (response.ok && /^image\/(png|jpeg|gif|webp)$/.test(type))
    image.src = await asDataUrl(await response.blob())
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(reader.result as string))
    reader.addEventListener('error', () => reject(reader.error))
    reader.readAsDataURL(blob)
  })
}
