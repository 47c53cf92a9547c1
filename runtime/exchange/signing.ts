// Who signed a bundle: each company has one Ed25519 key, made when it is first needed and sealed like every secret (I9).

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { canonicalJson } from '#machines/compile/hash.ts'
import {
  BUNDLE_DOMAIN,
  type BundleSignature,
  BundleSignatureSchema,
} from '#machines/contracts/bundle.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { SignatureState } from '#machines/contracts/workflow-exchange.ts'
import { Secret } from '../db/entities/secret.ts'
import type { Records } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'

/** One for each tenant: ids of secrets are unique within theirs. */
const SECRET_ID = 'sec_bundle_signing'

export interface SigningGround {
  records: Records
  tenantId: string
  secretBox: SecretBox
}

/** The bundle with its signature; the key is made when there is none yet. */
export async function signBundle<Unsigned extends object>(
  ground: SigningGround,
  unsigned: Unsigned,
): Promise<Unsigned & { signature: BundleSignature }> {
  const key = (await findKey(ground)) ?? (await makeKey(ground))
  const value = sign(null, signedBytes(unsigned), key).toString('base64url')
  return { ...unsigned, signature: { algorithm: 'Ed25519', key: publicPart(key), value } }
}

/**
 * What the signature of a file is worth to this company.
 * @param file as it was parsed, before any schema filled something in
 */
export async function judgeSignature(
  ground: SigningGround,
  file: JsonObject,
): Promise<SignatureState> {
  const { signature, ...signed } = file
  if (signature === undefined) return 'none'
  const parsed = BundleSignatureSchema.safeParse(signature)
  if (!parsed.success || !isSigned(signed, parsed.data)) return 'broken'
  const own = await findKey(ground)
  return own !== null && publicPart(own) === parsed.data.key ? 'own' : 'foreign'
}

function isSigned(signed: object, { key, value }: BundleSignature): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key }
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    return verify(null, signedBytes(signed), publicKey, Buffer.from(value, 'base64url'))
  } catch {
    // Forty-three letters need not be a point of the curve.
    return false
  }
}

function signedBytes(signed: object): Buffer {
  return Buffer.from(BUNDLE_DOMAIN + canonicalJson(signed), 'utf8')
}

function publicPart(key: KeyObject): string {
  return String(createPublicKey(key).export({ format: 'jwk' }).x)
}

async function findKey({ records, tenantId, secretBox }: SigningGround): Promise<KeyObject | null> {
  const kept = await records.findOne(Secret, { tenantId, id: SECRET_ID })
  if (!kept) return null
  const { privateKey = '' } = secretBox.open(tenantId, kept.ciphertext)
  const der = Buffer.from(privateKey, 'base64')
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** Two who export for the first time at the same moment make one key. */
async function makeKey(ground: SigningGround): Promise<KeyObject> {
  const { records, tenantId, secretBox } = ground
  await records.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `bundle key ${tenantId}`,
  ])
  const known = await findKey(ground)
  if (known) return known
  const { privateKey } = generateKeyPairSync('ed25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  records.create(Secret, {
    tenantId,
    id: SECRET_ID,
    keyId: secretBox.keyId,
    ciphertext: secretBox.seal(tenantId, { privateKey: der.toString('base64') }),
  })
  await records.flush()
  return privateKey
}
