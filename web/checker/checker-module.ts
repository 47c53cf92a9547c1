// Where the worker's module is: while developing, as it stands here. In a build `page-worker.ts` puts the address of what
// was made of it.

export const CHECKER_MODULE = '/checker/answering.ts'
