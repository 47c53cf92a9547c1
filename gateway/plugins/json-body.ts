// JSON bodies of the API. Only `application/json` is read; everything else is 415.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'
import { findJsonProblem } from './json-scan.ts'

export const API_BODY_LIMIT = 1024 * 1024

export function addJsonBody(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string', bodyLimit: API_BODY_LIMIT },
    (request, body, done) => {
      // A DELETE or a publish may say JSON and bring nothing.
      if (body === '') return done(null, undefined)
      const problem = findJsonProblem(body)
      if (problem !== null)
        return done(new FluxoError('REQUEST_INVALID', { field: 'body', message: problem }))
      return parse(request, body, (error, value) => {
        if (error === null) return done(null, value)
        const message = 'The body is not JSON that can be read'
        done(new FluxoError('REQUEST_INVALID', { field: 'body', message, cause: error }))
      })
    },
  )
}
