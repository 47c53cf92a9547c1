// The demo tenant's form: published under an address that stays, with a secret that this installation can open.

import { randomBytes } from 'node:crypto'
import { type FormDefinition, FormDefinitionSchema } from '#machines/contracts/forms.ts'
import type { Records } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'

const FORM_ID = 'frm_demo_contato'
const SOURCE_ID = 'src_demo_contato'
const SECRET_ID = 'sec_demo_contato'
const NAME = 'Fale com a Loja Aurora'

const DEFINITION: FormDefinition = FormDefinitionSchema.parse({
  title: { 'pt-BR': 'Fale com a Loja Aurora', en: 'Talk to Loja Aurora' },
  intro: {
    'pt-BR': 'Conte o que procura e respondemos pelo WhatsApp.',
    en: 'Tell us what you are looking for and we answer on WhatsApp.',
  },
  color: '#0f766e',
  fields: [
    { type: 'text', key: 'name', label: { 'pt-BR': 'Nome', en: 'Name' }, required: true },
    { type: 'phone', key: 'phone', label: { 'pt-BR': 'WhatsApp', en: 'WhatsApp' }, required: true },
    { type: 'email', key: 'email', label: { 'pt-BR': 'E-mail', en: 'E-mail' } },
    {
      type: 'select',
      key: 'interesse',
      label: { 'pt-BR': 'O que procura?', en: 'What are you looking for?' },
      options: [
        { value: 'comprar', label: { 'pt-BR': 'Quero comprar', en: 'I want to buy' } },
        { value: 'pedido', label: { 'pt-BR': 'Já fiz um pedido', en: 'I have ordered already' } },
      ],
    },
    {
      type: 'consent',
      key: 'aceite',
      purpose: 'marketing',
      label: {
        'pt-BR': 'Aceito receber novidades da Loja Aurora pelo WhatsApp e por e-mail.',
        en: 'I agree to receive news of Loja Aurora on WhatsApp and by e-mail.',
      },
    },
  ],
})

/** Makes the form unless it is there; its secret is sealed anew where the key has changed. */
export async function seedDemoForm(
  records: Records,
  box: SecretBox,
  tenantId: string,
): Promise<void> {
  const rows = (await records.execute(
    'select ciphertext from secrets where tenant_id = ? and id = ?',
    [tenantId, SECRET_ID],
  )) as { ciphertext: Buffer }[]
  if (!isReadable(box, tenantId, rows[0]?.ciphertext)) {
    const sealed = box.seal(tenantId, { token: randomBytes(32).toString('base64url') })
    await records.execute(
      `insert into secrets (tenant_id, id, key_id, ciphertext) values (?, ?, ?, ?)
       on conflict (tenant_id, id) do update set ciphertext = excluded.ciphertext, key_id = excluded.key_id`,
      [tenantId, SECRET_ID, box.keyId, sealed],
    )
  }
  await records.execute(
    `insert into lead_sources (tenant_id, id, type, name) values (?, ?, 'form', ?) on conflict do nothing`,
    [tenantId, SOURCE_ID, NAME],
  )
  await records.execute(
    `insert into forms (tenant_id, id, source_id, key, name, definition_json, secret_id)
     values (?, ?, ?, 'contato', ?, ?::jsonb, ?) on conflict do nothing`,
    [tenantId, FORM_ID, SOURCE_ID, NAME, JSON.stringify(DEFINITION), SECRET_ID],
  )
}

function isReadable(box: SecretBox, tenantId: string, ciphertext: Buffer | undefined): boolean {
  if (!ciphertext) return false
  try {
    return box.open(tenantId, ciphertext)['token'] !== undefined
  } catch {
    return false
  }
}
