// The checker's worker, built together with the page: what both use is one file and loaded once. A worker that Vite finds
// by itself would be a bundle of its own, with all of it again.

import { fileURLToPath } from 'node:url'
import { normalizePath, type Plugin } from 'vite'

const pathOf = (file: string): string =>
  normalizePath(fileURLToPath(new URL(file, import.meta.url)))
const ENTRY = pathOf('checker/answering.ts')
const ADDRESS = pathOf('checker/checker-module.ts')

/** Makes a file of the worker's module, and lets `checker-module.ts` say where it is. */
export function pageWorker(): Plugin {
  return {
    name: 'fluxolab:page-worker',
    apply: 'build',
    load(id) {
      if (id !== ADDRESS) return undefined
      const file = this.emitFile({ type: 'chunk', id: ENTRY, name: 'checker' })
      return `export const CHECKER_MODULE = import.meta.ROLLUP_FILE_URL_${file}`
    },
  }
}
