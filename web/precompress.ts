// Leaves a .br and a .gz beside every built file that shrinks, for the gateway to serve as they are.

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const SMALLEST = 1024

export function precompress(): Plugin {
  return {
    name: 'fluxolab:precompress',
    apply: 'build',
    writeBundle({ dir }) {
      for (const file of globSync('**/*.{js,css,html,svg}', { cwd: dir ?? '.' })) {
        const path = `${dir ?? '.'}/${file}`
        const content = readFileSync(path)
        if (content.length < SMALLEST) continue
        writeFileSync(`${path}.br`, brotliCompressSync(content))
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}
