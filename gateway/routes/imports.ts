// Lists of leads from CSV files: uploaded as they are, looked at, tried, imported, and what could not be.

import { Readable } from 'node:stream'
import { FluxoError } from '#machines/contracts/errors.ts'
import {
  ImportDryRunSchema,
  ImportListSchema,
  ImportOptionsSchema,
  ImportParamsSchema,
  ImportSchema,
  ImportUploadQuerySchema,
} from '#machines/contracts/imports.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['imports']
const params = ImportParamsSchema
const body = ImportOptionsSchema

export async function addImportRoutes(app: App, deps: Deps): Promise<void> {
  const { imports } = deps.runtime.leads
  app.get(
    '/api/imports',
    { schema: { tags, summary: 'The latest 50 imports', response: replies(ImportListSchema) } },
    async ({ actor }) => imports.list(actor),
  )

  app.get(
    '/api/imports/:id',
    { schema: { tags, summary: 'One import', params, response: replies(ImportSchema) } },
    async ({ actor, params: { id } }) => imports.get(actor, id),
  )

  app.post(
    '/api/imports/:id/dry-run',
    {
      schema: {
        tags,
        summary: 'Whom the list would bring, row by row',
        params,
        body,
        response: replies(ImportDryRunSchema),
      },
    },
    async ({ actor, params: { id }, body: options }) => imports.dryRun(actor, id, options),
  )

  app.post(
    '/api/imports/:id/start',
    { schema: { tags, summary: 'Import the list', params, body, response: replies(ImportSchema) } },
    async ({ actor, params: { id }, body: options }) => imports.start(actor, id, options),
  )

  app.post(
    '/api/imports/:id/cancel',
    { schema: { tags, summary: 'Leave the rest out', params, response: replies(ImportSchema) } },
    async ({ actor, params: { id } }) => imports.cancel(actor, id),
  )
  addDownload(app, deps)
  await addUpload(app, deps)
}

function addDownload(app: App, { runtime }: Deps): void {
  app.get(
    '/api/imports/:id/invalid.csv',
    {
      schema: {
        tags,
        summary: 'The rows that could not be imported, each with its reason',
        params,
        produces: ['text/csv'],
      },
    },
    async ({ actor, params: { id } }, reply) => {
      const { imports } = runtime.leads
      await imports.get(actor, id)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}-invalid.csv"`)
        .send(Readable.from(imports.invalidRows(actor, id)))
    },
  )
}

/** The file is read as it comes: nobody holds it whole. */
async function addUpload(app: App, { runtime }: Deps): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
    ;(scope as App).post(
      '/api/imports',
      {
        schema: {
          tags,
          summary: 'Upload a CSV file',
          description:
            'The body is the file; content type `text/csv`. 50 MB and 100,000 rows at most.',
          consumes: ['text/csv'],
          querystring: ImportUploadQuerySchema,
          response: replies(ImportSchema),
        },
      },
      async ({ actor, query, body: file }) => {
        if (!(file instanceof Readable))
          throw new FluxoError('REQUEST_INVALID', {
            field: 'content-type',
            message: 'The body must be text/csv',
          })
        return runtime.leads.imports.upload(actor, query.name, file as AsyncIterable<Buffer>)
      },
    )
  })
}
