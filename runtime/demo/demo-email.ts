// The demo tenant's sender of e-mail, whose letters the sandbox takes, and a template to begin with.

import { Secret } from '../db/entities/secret.ts'
import type { Records } from '../db/orm.ts'
import type { SecretBox } from '../db/secret-box.ts'
import { createId } from '../ids.ts'

/** Where the sandbox brings the demo tenant's mail. */
export const DEMO_EMAIL_CHANNEL = 'chn_demo_email'
const SECRET = 'sec_demo_email'
const ADDRESS = 'contato@aurora.example'
const CONFIG = { provider: 'smtp', fromName: 'Loja Aurora', user: 'sandbox' }
const FOOTER = `<p style="margin:32px 0 0;font-size:13px;color:#595959">Você recebe este e-mail porque falou com a Loja Aurora. <a href="{{ unsubscribe_url }}">Cancelar inscrição</a></p>`
const TEMPLATE = {
  subject: 'Oi, {{ nome }}: que bom ter você aqui',
  html: `<div style="max-width:600px;margin:0 auto;padding:24px;font:16px/1.5 Arial,sans-serif;color:#171717">
  <h1 style="font-size:22px">Oi, {{ nome }}!</h1>
  <p>Que bom ter você por aqui. Veja o que chegou esta semana:</p>
  <p><a href="https://loja.example/novidades">Ver as novidades</a></p>
  {% render 'rodape' %}
</div>`,
  text: null,
  tracking: { opens: true, clicks: true },
}
const TEXT = 'Oi, {{ nome }}!\n\nQue bom ter você por aqui. Veja o que chegou esta semana.'

/** Makes them unless they are there; what a person changed stays. The secret is made readable again. */
export async function seedDemoEmail(
  records: Records,
  box: SecretBox,
  { tenantId, inboundKey }: { tenantId: string; inboundKey: string },
): Promise<void> {
  const ciphertext = box.seal(tenantId, { password: 'sandbox', inboundKey })
  const known = await records.findOne(Secret, { tenantId, id: SECRET })
  if (known) known.ciphertext = ciphertext
  else records.create(Secret, { tenantId, id: SECRET, keyId: box.keyId, ciphertext })
  await records.flush()
  if (known) return
  const config = JSON.stringify(CONFIG)
  await records.execute(CHANNEL, [tenantId, DEMO_EMAIL_CHANNEL, ADDRESS, ADDRESS, config, SECRET])
  await records.execute(PARTIAL, [tenantId, FOOTER])
  const meta = JSON.stringify(TEMPLATE)
  await records.execute(LETTER, [tenantId, createId('template'), TEXT, meta])
}

const CHANNEL = `insert into channels
    (tenant_id, id, kind, provider, address, display_address, config_json, secret_id)
  values (?, ?, 'email', 'smtp', ?, ?, ?::jsonb, ?) on conflict do nothing`

const PARTIAL = `insert into email_partials (tenant_id, name, html) values (?, 'rodape', ?) on conflict do nothing`

const LETTER = `insert into templates
    (tenant_id, id, kind, name, language, body, variables_json, approved_status, meta_json)
  values (?, ?, 'email', 'novidades', 'pt_BR', ?, '["nome"]', 'APPROVED', ?::jsonb) on conflict do nothing`
