// Leaves a .br and a .gz beside every built file that shrinks, for the gateway to serve as they are.

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const SMALLEST = 1024
/** The last two levels cost seconds and win next to nothing. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

export function precompress(): Plugin {
  return {
    name: 'fluxolab:precompress',
    apply: 'build',
    writeBundle({ dir }) {
      for (const file of globSync('**/*.{js,css,html,svg}', { cwd: dir ?? '.' })) {
        const path = `${dir ?? '.'}/${file}`
        const content = readFileSync(path)
        if (content.length < SMALLEST) continue
        writeFileSync(`${path}.br`, brotliCompressSync(content, BROTLI))
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}
