// Every law of the check is shown to bite: a small tree under the project's own rules, with one planted violation per
// law, fails at the right step and names the file. That the tree as it is passes is what `npm run check` itself shows.

import { execFile } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** What the check is made of and the rules that it reads, as they are. */
const COPIED = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'knip.json',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  '.dependency-cruiser.mjs',
  'scripts/check.mjs',
  'scripts/lib',
  'scripts/lint',
  'machines/contracts/ids.ts',
  'runtime/ids.ts',
]

/** Lawful files around the planted ones: an entry, a face, and what nobody outside `runtime` may reach for. */
const LAWFUL = {
  'gateway/main.ts':
    "import { createId } from '#runtime/index.ts'\n\nconsole.log(createId('event'))\n",
  'runtime/index.ts': "export { createId } from './ids.ts'\n",
  'runtime/db/migrate.ts': 'export const migrate = (): number => 1\n',
}

const STEPS = ['format', 'lint', 'types', 'import law', 'unused code'] as const
type Step = (typeof STEPS)[number]

interface Planted {
  law: string
  step: Step
  file: string
  text: string
  /** What the step says about it, besides the file's name. */
  says: RegExp
}

const PLANTED: Planted[] = [
  {
    law: 'format',
    step: 'format',
    file: 'runtime/planted-format.ts',
    text: 'export const planted = "x";\n',
    says: /Format issues/,
  },
  {
    law: 'machines know no other folder',
    step: 'import law',
    file: 'machines/planted-import.ts',
    text: "export { migrate } from '#runtime/db/migrate.ts'\n",
    says: /machines-imports: machines\/planted-import\.ts → runtime\/db\/migrate\.ts/,
  },
  {
    law: "gateway knows runtime's face only",
    step: 'import law',
    file: 'gateway/planted-import.ts',
    text: "export { migrate } from '#runtime/db/migrate.ts'\n",
    says: /gateway-imports: gateway\/planted-import\.ts → runtime\/db\/migrate\.ts/,
  },
  {
    law: 'connectors know no database',
    step: 'import law',
    file: 'runtime/connectors/planted-import.ts',
    text: "export { migrate } from '../db/migrate.ts'\n",
    says: /connectors-without-database: runtime\/connectors\/planted-import\.ts/,
  },
  {
    law: 'actors know nothing of Node',
    step: 'import law',
    file: 'actors/planted-node.ts',
    text: "export { readFileSync } from 'node:fs'\n",
    says: /pure-without-node: actors\/planted-node\.ts/,
  },
  {
    law: 'machines use only libraries without I/O',
    step: 'import law',
    file: 'machines/planted-library.ts',
    text: "export { Pool } from 'pg'\n",
    says: /pure-libraries: machines\/planted-library\.ts/,
  },
  {
    law: 'actors have no clock',
    step: 'lint',
    file: 'actors/planted-clock.ts',
    text: 'export const planted = (): number => Date.now()\n',
    says: /Date\.now belongs in runtime/,
  },
  {
    law: 'machines have no random numbers',
    step: 'lint',
    file: 'machines/planted-random.ts',
    text: 'export const planted = (): number => Math.random()\n',
    says: /Math\.random belongs in runtime/,
  },
  {
    law: 'no promise floats',
    step: 'lint',
    file: 'runtime/planted-promise.ts',
    text: 'export function planted(): void {\n  Promise.resolve(1)\n}\n',
    says: /no-floating-promises/,
  },
  {
    law: 'a switch is exhaustive',
    step: 'lint',
    file: 'runtime/planted-switch.ts',
    text: "export function planted(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      return\n  }\n}\n",
    says: /switch-exhaustiveness-check/,
  },
  {
    law: 'types',
    step: 'types',
    file: 'runtime/planted-type.ts',
    text: "export const planted: number = 'x'\n",
    says: /TS2322/,
  },
  {
    law: 'no file without use',
    step: 'unused code',
    file: 'runtime/planted-file.ts',
    text: 'export const planted = 1\n',
    says: /Unused files/,
  },
]

/** An export that nobody uses, in a file that is in use. */
const UNUSED_EXPORT = 'runtime/ids.ts'

interface Outcome {
  passed: boolean
  output: string
}

let tree = ''
const outcomes = new Map<Step, Outcome>()

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), text)
}

function makeTree(): void {
  tree = mkdtempSync(join(tmpdir(), 'fluxolab-law-'))
  for (const path of COPIED) cpSync(join(ROOT, path), join(tree, path), { recursive: true })
  for (const [path, text] of Object.entries(LAWFUL)) write(path, text)
  for (const { file, text } of PLANTED) write(file, text)
  appendFileSync(join(tree, UNUSED_EXPORT), '\nexport const plantedExport = 1\n')
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
}

async function check(step: Step): Promise<Outcome> {
  const args = [join(tree, 'scripts/check.mjs'), step]
  const env = { ...process.env, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: tree, env, maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ passed: error === null, output: `${out}${err}` })
    })
  })
}

beforeAll(async () => {
  makeTree()
  for (const step of STEPS) outcomes.set(step, await check(step))
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

test.each(PLANTED)('$law: a violation fails the step $step', ({ step, file, says }) => {
  const outcome = outcomes.get(step)
  expect(outcome?.passed).toBe(false)
  expect(outcome?.output).toContain(file)
  expect(outcome?.output).toMatch(says)
})

test('no export without use: a violation fails the step unused code', () => {
  const outcome = outcomes.get('unused code')
  expect(outcome?.passed).toBe(false)
  expect(outcome?.output).toMatch(/plantedExport.*runtime\/ids\.ts/)
})
