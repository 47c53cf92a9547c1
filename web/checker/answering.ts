// What the worker beside the page runs, brought in by `public/checker.js`: hands each request to the handler and its
// reply back.

import { createHandler } from './handle.ts'
import type { Request } from './protocol.ts'

const handle = createHandler()

addEventListener('message', ({ data }: MessageEvent<Request>) => postMessage(handle(data)))
postMessage({ kind: 'ready' })
