// What a file really is, by its first bytes and never by its name: what claims to be something else is refused.

import { fileTypeFromBuffer } from 'file-type'

const MIB = 1024 * 1024

interface Rule {
  /** In bytes. */
  max: number
  /** What it may really be; left out: anything that is not meant to be run. */
  types?: readonly string[]
}

/** Meta's limits for media; a document may be anything. */
const RULES: Readonly<Record<string, Rule>> = {
  image: { max: 16 * MIB, types: ['image/jpeg', 'image/png', 'image/webp'] },
  sticker: { max: MIB, types: ['image/webp'] },
  audio: {
    max: 16 * MIB,
    types: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg'],
  },
  video: { max: 16 * MIB, types: ['video/mp4', 'video/3gpp'] },
  document: { max: 100 * MIB },
}
const OTHER: Rule = { max: 16 * MIB }

/** The same thing by other names. */
const SAME: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/opus': 'audio/ogg',
  'video/3gpp2': 'video/3gpp',
  'image/jpg': 'image/jpeg',
}

const RUNNABLE =
  /^application\/(x-(msdownload|elf|mach-binary|sh|ms-shortcut|java-applet|dosexec)|java-vm|vnd\.(microsoft\.portable-executable|android\.package-archive|debian\.binary-package))$/
/** What is told by its first bytes wherever it is real. */
const TELLING =
  /^(application\/(pdf|zip|gzip|x-7z-compressed|vnd\.openxmlformats-officedocument\..*)|(image|audio|video)\/(?!svg).*)$/

export type Judgement = { ok: true; mimeType: string } | { ok: false; code: string; reason: string }

/** Most bytes that a file of this kind may have. */
export function maxBytesOf(media: string): number {
  return ruleOf(media).max
}

/**
 * Judges a file.
 * @param file.media kind of the message: `image`, `document`, …
 * @param file.mimeType what its sender says; null where he says nothing
 */
export async function judgeFile(file: {
  media: string
  mimeType: string | null
  bytes: Buffer
}): Promise<Judgement> {
  const { media, bytes } = file
  const { max, types } = ruleOf(media)
  if (bytes.length === 0) return refused('MEDIA_EMPTY', 'The file is empty')
  if (bytes.length > max) return refused('MEDIA_TOO_LARGE', `A ${media} has at most ${max} bytes`)
  const found = plain((await fileTypeFromBuffer(bytes))?.mime ?? null)
  const said = plain(file.mimeType)
  if (found !== null && RUNNABLE.test(found))
    return refused('MEDIA_TYPE_REFUSED', `The file can be run: ${found}`)
  const real = asMedia(found, media)
  if (types) return types.includes(real) ? kept(real) : mismatch(said, found)
  return judgeDocument(said, found)
}

/** It may be anything, but not something else than it says. */
function judgeDocument(said: string | null, found: string | null): Judgement {
  if (said === null || said === found) return kept(found ?? said ?? 'application/octet-stream')
  if (TELLING.test(said) && !isKin(said, found)) return mismatch(said, found)
  return kept(found ?? said)
}

function ruleOf(media: string): Rule {
  return (Object.hasOwn(RULES, media) ? RULES[media] : undefined) ?? OTHER
}

/** Voice in an MP4 box looks like a film from its first bytes. */
function asMedia(found: string | null, media: string): string {
  if (media === 'audio' && found === 'video/mp4') return 'audio/mp4'
  return found ?? ''
}

/** Office files are archives, and some writers leave out what tells them apart. */
function isKin(said: string, found: string | null): boolean {
  if (found === 'application/zip') return said.startsWith('application/vnd.openxmlformats')
  const [family] = said.split('/')
  return found !== null && family !== 'application' && found.startsWith(`${family}/`)
}

function plain(mimeType: string | null): string | null {
  const name = mimeType?.split(';')[0]?.trim().toLowerCase()
  if (!name || !/^[\w.+-]{1,100}\/[\w.+-]{1,150}$/.test(name)) return null
  return Object.hasOwn(SAME, name) ? (SAME[name] ?? name) : name
}

function mismatch(said: string | null, found: string | null): Judgement {
  const reason = `The file is ${found ?? 'of no known type'} and was sent as ${said ?? 'nothing'}`
  return refused('MEDIA_TYPE_MISMATCH', reason)
}

function kept(mimeType: string): Judgement {
  return { ok: true, mimeType }
}

function refused(code: string, reason: string): Judgement {
  return { ok: false, code, reason }
}
