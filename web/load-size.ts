// How much script a page loads, compressed as it is served: read off a build and its manifest.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface Chunk {
  file: string
  /** Bytes as they are served to everybody whose browser takes brotli. */
  brotli: number
  gzip: number
}

export interface Load {
  /** The largest first. */
  chunks: Chunk[]
  brotli: number
  gzip: number
}

interface Entry {
  file: string
  imports?: string[]
}
type Manifest = Readonly<Record<string, Entry>>

const FIRST = ['index.html']
/** The page, and the worker beside it, which shares most of its parts with the page. */
const BUILDER = ['pages/EditorPage.vue', 'checker/answering.ts']

/**
 * What the first page needs, and what the builder needs beyond it.
 * @param dist folder of a build
 * @throws {Error} when the build has no manifest, or the manifest no such page
 */
export function loadsOf(dist: string): { first: Load; builder: Load } {
  const path = join(dist, '.vite/manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const first = filesFrom(manifest, FIRST)
  const builder = filesFrom(manifest, BUILDER).difference(first)
  return { first: loadOf(dist, first), builder: loadOf(dist, builder) }
}

/** A page with everything that it imports, and what that imports. */
function filesFrom(manifest: Manifest, names: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const queue = [...names]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const entry = manifest[name]
    if (!entry) throw new Error(`the build has no ${name}`)
    queue.push(...(entry.imports ?? []))
  }
  return new Set([...seen].flatMap((name) => manifest[name]?.file ?? []))
}

function loadOf(dist: string, files: ReadonlySet<string>): Load {
  const chunks = [...files]
    .map((file) => chunkOf(join(dist, file), file))
    .toSorted((a, b) => b.brotli - a.brotli)
  const sum = (how: 'brotli' | 'gzip') => chunks.reduce((all, chunk) => all + chunk[how], 0)
  return { chunks, brotli: sum('brotli'), gzip: sum('gzip') }
}

/** What is too small to be compressed is served as it is. */
function chunkOf(path: string, file: string): Chunk {
  const isCompressed = existsSync(`${path}.br`)
  if (!isCompressed) return { file, brotli: statSync(path).size, gzip: statSync(path).size }
  return {
    file,
    brotli: statSync(`${path}.br`).size,
    gzip: gzipSync(readFileSync(path), { level: 9 }).length,
  }
}

/** For people: each chunk with its sizes in kB. */
export function tellLoad({ chunks, brotli, gzip }: Load): string {
  const rows = [...chunks, { file: 'together', brotli, gzip }].map((chunk) => {
    const [small, other] = [chunk.brotli, chunk.gzip].map((bytes) => (bytes / 1000).toFixed(1))
    return `${small} kB brotli, ${other} kB gzip: ${chunk.file}`
  })
  return rows.join('\n')
}
