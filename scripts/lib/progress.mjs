// Progress lines in the terminal: what is being done, and how long it took.

/** Prints `text`, runs `work` and completes the line with the time it took. */
export async function withProgress(text, work) {
  const start = performance.now()
  process.stdout.write(`${text} …`)
  try {
    const result = await work()
    process.stdout.write(` ${formatSeconds(performance.now() - start)}\n`)
    return result
  } catch (error) {
    process.stdout.write(' failed\n')
    throw error
  }
}

export function formatSeconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** An end that the reader can act upon: printed as it is, without a stack. */
export class Stop extends Error {}

/** Runs a script's main function and turns its end into an exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    process.stderr.write(`\n${error instanceof Stop ? error.message : error.stack}\n`)
    process.exitCode = 1
  }
}
