// How many cases a property test tries: FLUXO_RUNS sets another number, FLUXO_SEED replays one run.

type Env = Record<string, string | undefined>

/**
 * Options for `fc.assert` and for the test around it.
 * @param env `process.env`
 * @param inCi cases of a usual run
 * @param share of FLUXO_RUNS that this test takes: 10,000 of 100,000 is 0.1
 */
export function propertyOptions(env: Env, inCi: number, share = 1) {
  const asked = env['FLUXO_RUNS']
  const numRuns = asked === undefined ? inCi : Math.max(1, Math.round(Number(asked) * share))
  const seed = env['FLUXO_SEED']
  return {
    cases: { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    /** Long enough for the longer modes too, and for a busy machine. */
    test: { timeout: 30_000 + numRuns * 200 },
  }
}
