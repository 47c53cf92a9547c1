// Files between this page and the person's machine: read with a limit, saved under a name that every system takes.

import { MAX_BUNDLE_BYTES } from '#machines/contracts/bundle.ts'

/** @returns null for a file that is larger than any that is read */
export async function readTextFile(file: Blob): Promise<string | null> {
  return file.size > MAX_BUNDLE_BYTES ? null : file.text()
}

/** `Boas-vindas (nova)` → `boas-vindas-nova.fluxo.json` */
export function fileNameOf(name: string, extension: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${plain === '' ? 'fluxo' : plain}.${extension}`
}

export function saveTextFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it by the time this runs.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
