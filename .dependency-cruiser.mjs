// The import law: who may import whom (the table of docs and README, in rules). No cycles, pure folders stay pure.
// `scripts/lib/law.mjs` runs it and fails when a folder was not looked at at all.

/** Tests, and the folders of what only tests use. */
const TEST = '[.](test|bench)[.]ts$|^(runtime|gateway|web)/testing/|^runtime/simulation/'
/** The outside harness starts real parts; nobody imports it. */
const HARNESS = '^scripts/faults/'
const OURS = '^(machines|actors|runtime|gateway|web|migrations|bench|scripts)/'

/** Pure, browser-safe libraries; a new one is added here on purpose or not at all. */
const PURE_LIBRARIES = [
  '@marcbachmann/cel-js',
  '@noble/hashes',
  'json-p3',
  'libphonenumber-js',
  'liquidjs',
  're2js',
  'temporal-polyfill',
  'temporal-spec',
  'xstate',
  'zod',
]
const TEST_LIBRARIES = ['vitest', 'fast-check', '@fast-check/vitest']

const inModules = (names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`

/** Files of `folder`, tests included, import of ours only what `allowed` matches. */
const onlyOurs = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TEST },
  to: { path: OURS, pathNot: allowed },
})

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'machines-imports',
      comment: 'machines is pure and knows no other folder, its tests neither.',
      severity: 'error',
      from: { path: '^machines/' },
      to: { path: OURS, pathNot: '^machines/' },
    },
    {
      name: 'actors-imports',
      comment: 'actors knows machines only, its tests too.',
      severity: 'error',
      from: { path: '^actors/' },
      to: { path: OURS, pathNot: '^(actors|machines)/' },
    },
    onlyOurs(
      'runtime',
      '^(runtime|actors|machines)/|^migrations/',
      'runtime knows actors, machines.',
    ),
    onlyOurs(
      'gateway',
      '^(gateway|machines)/|^runtime/index[.]ts$',
      "gateway knows runtime's face.",
    ),
    onlyOurs('web', '^(web|machines)/', 'web knows machines.'),
    onlyOurs('migrations', '^migrations/', 'migrations know nothing of ours.'),
    {
      name: 'scripts-imports',
      comment: 'scripts run with nothing installed.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: `${TEST}|${HARNESS}` },
      to: { path: OURS, pathNot: '^scripts/' },
    },
    onlyOurs('scripts/faults', '^(scripts|runtime)/', 'the harness knows runtime, from outside.'),
    {
      name: 'migrations-runner',
      comment: 'Only the migrator imports migrations, and the simulation of their schema.',
      severity: 'error',
      from: { path: '^runtime/', pathNot: '^runtime/(db|simulation)/' },
      to: { path: '^migrations/' },
    },
    {
      name: 'connectors-without-database',
      comment: 'A connector knows contracts, never the database.',
      severity: 'error',
      from: { path: '^runtime/connectors/', pathNot: TEST },
      to: { path: '^runtime/db/' },
    },
    {
      name: 'own-face',
      comment: "Inside runtime nobody goes through runtime's own face.",
      severity: 'error',
      from: { path: '^runtime/', pathNot: TEST },
      to: { path: '^runtime/index[.]ts$' },
    },
    {
      name: 'pure-without-node',
      comment: 'machines and actors run in the browser: nothing of Node.',
      severity: 'error',
      from: { path: '^(machines|actors)/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-libraries',
      comment: 'machines and actors use only libraries that do no I/O.',
      severity: 'error',
      from: { path: '^(machines|actors)/', pathNot: TEST },
      to: { path: 'node_modules/', pathNot: inModules(PURE_LIBRARIES) },
    },
    {
      name: 'pure-test-libraries',
      severity: 'error',
      from: { path: '^(machines|actors)/.*[.](test|bench)[.]ts$' },
      to: { path: 'node_modules/', pathNot: inModules([...PURE_LIBRARIES, ...TEST_LIBRARIES]) },
    },
    {
      name: 'no-test-code',
      comment: 'Nothing that ships imports a test or the test tools.',
      severity: 'error',
      from: { pathNot: `${TEST}|${HARNESS}|^bench/|^vitest[.]config[.]ts$` },
      to: { path: `${TEST}|^bench/` },
    },
    {
      name: 'no-dev-dependency',
      comment: 'Code that ships uses dependencies, not devDependencies.',
      severity: 'error',
      from: { path: '^(machines|actors|runtime|gateway|migrations)/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: OURS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    // A folder with a package file of its own may use the project's too.
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    // What the peers run is only there when bench/package.json is installed.
    exclude: { path: '^(web/dist|data|coverage|bench/peers|bench/node_modules)/|[.]d[.]ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.vue', '.json', '.d.ts'],
    },
  },
}
