// AWS Signature Version 4 as the receiving side checks it.

import { createHash, createHmac } from 'node:crypto'
import { isSameSecret } from '../../connectors/signature.ts'
import type { SandboxRequest } from '../http.ts'

interface Credential {
  accessKeyId: string
  date: string
  region: string
  service: string
}

interface Authorization {
  credential: Credential
  signedHeaders: string[]
  signature: string
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/,\s]+)\/(?<date>\d{8})\/(?<region>[a-z0-9-]+)\/(?<service>[a-z0-9-]+)\/aws4_request, ?SignedHeaders=(?<headers>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/
const MOST_SKEW_MS = 5 * 60 * 1000

export type SignatureProblem =
  | 'MissingAuthenticationTokenException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException'

/**
 * Checks a request.
 * @param secretOf the secret key of an access key; undefined when nobody has it
 * @returns what is wrong in AWS's words, else whose it is
 */
export function checkSigV4(
  request: SandboxRequest,
  secretOf: (accessKeyId: string) => string | undefined,
  now: number,
): { ok: true; credential: Credential } | { ok: false; problem: SignatureProblem } {
  const authorization = readAuthorization(request.headers.authorization ?? '')
  if (!authorization) return { ok: false, problem: 'MissingAuthenticationTokenException' }
  const { credential, signedHeaders, signature } = authorization
  const secret = secretOf(credential.accessKeyId)
  if (secret === undefined) return { ok: false, problem: 'UnrecognizedClientException' }
  const time = String(request.headers['x-amz-date'] ?? '')
  const isWhole = signedHeaders.includes('host') && signedHeaders.includes('x-amz-date')
  const isFresh = Math.abs(timeOf(time) - now) < MOST_SKEW_MS && time.startsWith(credential.date)
  const expected = signatureOf(request, { credential, signedHeaders, secret, time })
  if (isWhole && isFresh && credential.service === 'ses' && isSameSecret(signature, expected))
    return { ok: true, credential }
  return { ok: false, problem: 'InvalidSignatureException' }
}

function readAuthorization(header: string): Authorization | null {
  const found = FORM.exec(header)?.groups
  if (!found) return null
  const { id = '', date = '', region = '', service = '', headers = '', signature = '' } = found
  const credential = { accessKeyId: id, date, region, service }
  return { credential, signedHeaders: headers.split(';'), signature }
}

function timeOf(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function signatureOf(
  { method, path, query, headers, rawBody }: SandboxRequest,
  {
    credential,
    signedHeaders,
    secret,
    time,
  }: { credential: Credential; signedHeaders: string[]; secret: string; time: string },
): string {
  const { date, region, service } = credential
  const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted()
  const lines = signedHeaders.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`)
  const canonical = [
    method,
    path.split('/').map(encode).join('/'),
    pairs.join('&'),
    lines.join(''),
    signedHeaders.join(';'),
    sha256(rawBody),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const parts = [date, region, service, 'aws4_request']
  const key = parts.reduce<Buffer>((sum, part) => hmac(sum, part), Buffer.from(`AWS4${secret}`))
  return hmac(key, text).toString('hex')
}

/** RFC 3986, and nothing else is left as it is. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
