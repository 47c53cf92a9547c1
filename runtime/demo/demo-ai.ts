// The demo tenant's language model: a key that only the sandbox takes, and a catalogue to answer from.

import { DEFAULT_MODEL, type CatalogueEntry } from '#machines/contracts/ai-settings.ts'
import { Secret } from '../db/entities/secret.ts'
import type { Records } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'

const SECRET = 'sec_demo_gemini'
const API_KEY = 'sandbox-demo-key'
const PERSONA = 'Você é a Aurora: próxima, direta e sem gírias. Trate a pessoa por você.'
const MONTHLY_TOKENS = 200_000

const CATALOGUE: CatalogueEntry[] = [
  {
    id: 'plano-empresarial',
    title: 'Plano Empresarial',
    text: 'O Plano Empresarial atende equipes, inclui WhatsApp e e-mail no mesmo lugar e tem suporte em português.',
  },
  {
    id: 'entrega',
    title: 'Entrega',
    text: 'Entregamos em todo o Brasil; o prazo aparece no carrinho depois do CEP.',
  },
  {
    id: 'trocas',
    title: 'Trocas e devoluções',
    text: 'Trocas e devoluções são aceitas em até 7 dias depois do recebimento.',
  },
]

/** Makes the settings unless they are there; what a person changed stays. The key is made readable again. */
export async function seedDemoAi(
  records: Records,
  box: SecretBox,
  tenantId: string,
): Promise<void> {
  const ciphertext = box.seal(tenantId, { apiKey: API_KEY })
  const known = await records.findOne(Secret, { tenantId, id: SECRET })
  if (known) known.ciphertext = ciphertext
  else records.create(Secret, { tenantId, id: SECRET, keyId: box.keyId, ciphertext })
  await records.flush()
  await records.execute(SETTINGS, [
    tenantId,
    DEFAULT_MODEL,
    SECRET,
    PERSONA,
    JSON.stringify(CATALOGUE),
    MONTHLY_TOKENS,
  ])
}

const SETTINGS = `insert into ai_settings (tenant_id, model, secret_id, persona, catalogue_json, monthly_token_cap)
  values (?, ?, ?, ?, ?::jsonb, ?) on conflict (tenant_id) do nothing`
