// What never ends is an error too.

/** @throws {Error} when it takes longer; what was begun goes on, and nobody waits for it */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new Error(`it took longer than ${Math.round(milliseconds / 1000)} s`))
  }, milliseconds)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
