// AWS Signature Version 4 for one request whose body is known: the few lines of the SDK that a signed POST needs.
// docs.aws.amazon.com, "Create a signed AWS API request".

import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
}

export interface AwsRequest {
  method: string
  url: string
  /** Lower-case names; all of them are signed, and the host. */
  headers: Readonly<Record<string, string>>
  body: string
}

export interface AwsScope {
  region: string
  service: string
  now: Date
}

/** @returns the headers to send: the given ones, the date and the signature */
export function signAws(
  request: AwsRequest,
  { accessKeyId, secretAccessKey }: AwsCredentials,
  { region, service, now }: AwsScope,
): Record<string, string> {
  const stamp = `${now.toISOString().replaceAll(/[:-]|\.\d{3}/g, '')}`
  const day = stamp.slice(0, 8)
  const scope = `${day}/${region}/${service}/aws4_request`
  const given = { ...request.headers, 'x-amz-date': stamp }
  const { canonical, signed } = canonicalOf(request, given)
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretAccessKey}`,
  )
  const signature = hmac(key, toSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
  return { ...given, authorization }
}

function canonicalOf(
  { method, url, body }: AwsRequest,
  headers: Record<string, string>,
): { canonical: string; signed: string } {
  const { host, pathname, searchParams } = new URL(url)
  const all = Object.entries({ ...headers, host }).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  const signed = all.map(([name]) => name).join(';')
  const lines = all
    .map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}\n`)
    .join('')
  // Every service but S3 wants the path encoded once more than it is.
  const path = pathname.split('/').map(encode).join('/')
  const query = [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&')
  return { canonical: [method, path, query, lines, signed, sha256(body)].join('\n'), signed }
}

/** RFC 3986, without the exceptions of `encodeURIComponent`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
