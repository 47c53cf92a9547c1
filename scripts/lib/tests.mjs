// Runs the tests and sums them up: what passed, what failed, and what could not run for want of a program.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { runForeground, withNodeFirst } from './run.mjs'

/** Runs vitest with `args` and prints the closing lines. Resolves with the exit code. */
export async function runTests(node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'fluxolab-run-'))
  const report = join(folder, 'report.json')
  const missingFile = join(folder, 'missing.txt')
  try {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const env = withNodeFirst(node, { FLUXOLAB_MISSING_FILE: missingFile })
    const code = await runForeground(node, [vitest, 'run', ...reporters, ...args], { env })
    return conclude(code, readCounts(report), readMissing(missingFile))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readCounts(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0 }
  const result = JSON.parse(readFileSync(report, 'utf8'))
  // A file that cannot even be loaded has no failed test in it, and is a failure all the same.
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  )
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken.length,
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

function readMissing(file) {
  if (!existsSync(file)) return []
  return [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].sort()
}

function conclude(code, counts, missing) {
  const strict = process.env.CI === 'true'
  for (const line of missing) console.log(`Not run: ${line}`)
  let failed = counts.failed + (strict ? missing.length : 0)
  if (code !== 0 && failed === 0) {
    console.log('The test run itself failed.')
    failed = 1
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  console.log(`${counts.passed} passed, ${failed} failed${skipped}`)
  return failed > 0 ? 1 : 0
}
