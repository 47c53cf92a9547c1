// The thread in which transforms run, so that one which no guard stops can be ended with it.

import { parentPort } from 'node:worker_threads'
import type { Json } from '#machines/contracts/json.ts'
import { transform } from './transform.ts'

parentPort?.on('message', ({ expression, input }: { expression: string; input: Json }) => {
  void transform(expression, input).then((result) => parentPort?.postMessage(result))
})
