// A self-signed X.509 certificate, for which Node has no function: RFC 5280 §4.1 in DER.

import { createPublicKey, sign } from 'node:crypto'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const NULL = 0x05
const OBJECT_ID = 0x06
const UTF8 = 0x0c
const UTC_TIME = 0x17
const VERSION = 0xa0

/** 1.2.840.113549.1.1.11 */
const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex')
/** 2.5.4.3 */
const COMMON_NAME = Buffer.from('550403', 'hex')

/**
 * Makes a certificate for a key.
 * @param privateKey PEM of an RSA key
 * @param name its common name
 * @param now milliseconds since 1970; it holds from a day before to ten years after
 * @returns PEM
 */
export function createCertificate(privateKey: string, name: string, now: number): string {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL))
  const person = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), utf8(name))))
  const validity = der(SEQUENCE, time(now - DAY_MS), time(now + 3650 * DAY_MS))
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const body = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    person,
    validity,
    person,
    key,
  )
  const signature = sign('sha256', body, privateKey)
  const whole = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const DAY_MS = 24 * 3600 * 1000

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function utf8(text: string): Buffer {
  return der(UTF8, Buffer.from(text))
}

/** `YYMMDDhhmmssZ` */
function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(UTC_TIME, Buffer.from(text.slice(2)))
}
