import { expect, test } from 'vitest'
import { signAws } from './sigv4.ts'

// Cases of AWS's own suite for Signature Version 4.
const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const SCOPE = { region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') }

test.each([
  [
    'get-vanilla',
    { method: 'GET', url: 'https://example.amazonaws.com/', headers: {} },
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'post-vanilla',
    { method: 'POST', url: 'https://example.amazonaws.com/', headers: {} },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'get-vanilla-query-order-key-case',
    {
      method: 'GET',
      url: 'https://example.amazonaws.com/?Param2=value2&Param1=value1',
      headers: {},
    },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
])('%s', (_name, request, signature) => {
  const { authorization = '' } = signAws({ ...request, body: '' }, KEYS, SCOPE)
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  )
})

test('headers and body are part of the signature', () => {
  const request = {
    method: 'POST',
    url: 'https://a.b/x',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }
  const signatureOf = (given: object): string =>
    signAws({ ...request, ...given }, KEYS, SCOPE)['authorization'] ?? ''
  const plain = signatureOf({})
  expect(plain).toContain('SignedHeaders=content-type;host;x-amz-date')
  expect(signatureOf({ body: '{ }' })).not.toBe(plain)
  expect(signatureOf({ headers: { 'content-type': 'text/plain' } })).not.toBe(plain)
})
