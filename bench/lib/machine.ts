// What the figures were made on and with.

import { existsSync, readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

export function describeMachine(): Record<string, string | number> {
  return {
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** Above the number of cores, others were at work too. */
    loadBefore: Number(loadavg()[0]?.toFixed(1)),
  }
}

/** Versions of what was measured, from what is installed. */
export function readVersions(packages: readonly string[]): Record<string, string> {
  const found = packages.flatMap((name): [string, string][] => {
    const version = versionOf(name)
    return version === null ? [] : [[name, version]]
  })
  return { node: process.version, ...Object.fromEntries(found) }
}

/** True when the peers of bench/package.json are there; the project itself does without them. */
export function arePeersInstalled(): boolean {
  return existsSync(new URL('../node_modules/@restatedev/restate-server', import.meta.url))
}

function versionOf(name: string): string | null {
  for (const folder of ['../node_modules', '../../node_modules']) {
    const manifest = new URL(`${folder}/${name}/package.json`, import.meta.url)
    if (existsSync(manifest)) {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
    }
  }
  return null
}
