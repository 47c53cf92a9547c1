// Restate's side of the work: a virtual object per contact, as its documentation shows one. Served from a process of
// its own, which says its port.

import * as restate from '@restatedev/restate-sdk'
import { createServer } from 'node:http2'
import { answer } from '../work/dialogue.ts'

let handled = 0

const contact = restate.object({
  name: 'contact',
  handlers: {
    /** One event: state read, transition, effect recorded in the journal, state written. */
    receive: async (ctx, { text }) => {
      const { kept, question } = answer(await ctx.get('kept'), text)
      await ctx.run('effect', () => question)
      ctx.set('kept', kept)
      handled += 1
    },
  },
})

const server = createServer(restate.createEndpointHandler({ services: [contact] }))
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
/** So that nobody has to ask the server's books again and again. */
process.on('message', () => process.send?.({ handled }))
process.on('disconnect', () => process.exit(0))
