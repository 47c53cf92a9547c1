// CSV as people's programs write it: comma, semicolon or tab, UTF-8, UTF-16 or the Windows letters of Excel in Brazil.
// Read as it comes, row by row; a file is never held whole.

import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { FluxoError } from '#machines/contracts/errors.ts'
import { toStorableText } from '../connectors/json-body.ts'

export interface CsvRow {
  /** In the file, from 1. */
  line: number
  cells: string[]
}

export interface CsvLimits {
  maxBytes: number
  maxRows: number
}

const SNIFFED_BYTES = 64 * 1024
const MAX_RECORD = 128 * 1024
const MAX_COLUMNS = 200

/**
 * Reads rows, the first of which names the columns.
 * @throws {FluxoError} REQUEST_TOO_LARGE, REQUEST_INVALID with the line that nobody can read
 */
export async function* readCsv(
  file: AsyncIterable<Buffer>,
  limits: CsvLimits,
): AsyncGenerator<CsvRow> {
  const { head, rest } = await sniff(bounded(file, limits.maxBytes))
  const encoding = encodingOf(head)
  const delimiter = delimiterOf(new TextDecoder(encoding).decode(head))
  const parser = parse({
    delimiter,
    info: true,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
  })
  const fed = pipeline(Readable.from(decoded(head, rest, encoding)), parser)
  // Who iterates hears of it; nobody waits for the pipe itself.
  fed.catch(() => null)
  let count = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      count += 1
      if (count > limits.maxRows + 1) throw tooLarge(`more than ${limits.maxRows} rows`)
      yield rowOf(record, info.lines)
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error
  }
}

interface Parsed {
  record: string[]
  info: { lines: number }
}

function rowOf(record: string[], line: number): CsvRow {
  if (record.length > MAX_COLUMNS) throw tooLarge(`more than ${MAX_COLUMNS} columns`)
  return { line, cells: record.map((cell) => toStorableText(cell).trim()) }
}

/** Names of the columns: each has one, and no two the same. */
export function columnsOf({ cells }: CsvRow): string[] {
  const used = new Map<string, number>()
  return cells.map((cell, index) => {
    const name = cell.replaceAll(/['\\]/g, '').slice(0, 100) || `#${index + 1}`
    const count = (used.get(name) ?? 0) + 1
    used.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

async function* bounded(file: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of file) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(`more than ${Math.floor(maxBytes / 1024 / 1024)} MB`)
    yield chunk
  }
}

/** Enough of the beginning to know the letters and the separator. */
async function sniff(
  file: AsyncGenerator<Buffer>,
): Promise<{ head: Buffer; rest: AsyncGenerator<Buffer> }> {
  const chunks: Buffer[] = []
  let size = 0
  while (size < SNIFFED_BYTES) {
    const { value, done } = await file.next()
    if (done === true) break
    chunks.push(value)
    size += value.length
  }
  return { head: Buffer.concat(chunks), rest: file }
}

function encodingOf(head: Buffer): 'utf-8' | 'utf-16le' | 'windows-1252' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  // A letter may be cut at the end of what was read.
  const isUnicode = [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)))
  return isUnicode ? 'utf-8' : 'windows-1252'
}

function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r\n|\n|\r/, 1)
  const bare = first.replaceAll(/"[^"]*"/g, '')
  const counts = [';', ',', '\t', '|'].map((sign) => [bare.split(sign).length - 1, sign] as const)
  const [count, sign] = counts.toSorted(([left], [right]) => right - left)[0] ?? [0, ',']
  return count === 0 ? ',' : sign
}

async function* decoded(
  head: Buffer,
  rest: AsyncGenerator<Buffer>,
  encoding: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  yield decoder.decode(head, { stream: true })
  for await (const chunk of rest) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

function tooLarge(what: string): FluxoError {
  return new FluxoError('REQUEST_TOO_LARGE', { message: `The list has ${what}`, field: 'file' })
}

function unreadable(error: CsvError): FluxoError {
  const line = (error as { lines?: unknown }).lines
  const place = typeof line === 'number' ? `Line ${line}: ` : ''
  return new FluxoError('REQUEST_INVALID', { field: 'file', message: `${place}${error.message}` })
}

/** A row of a file that is made for people: what a spreadsheet would run as a formula is text. */
export function csvLine(cells: readonly string[]): string {
  const safe = cells.map((cell) => {
    const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
    return `"${text.replaceAll('"', '""')}"`
  })
  return `${safe.join(';')}\r\n`
}
