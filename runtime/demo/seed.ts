// The demo tenant: a person who signs in, a WhatsApp number, a signed lead source, templates and two workflows.

import { randomBytes, randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { compile } from '#machines/compile/compile.ts'
import type { Json } from '#machines/contracts/json.ts'
import { hashPassword } from '../commands/passwords.ts'
import { Channel } from '../db/entities/channel.ts'
import { LeadSource } from '../db/entities/lead-source.ts'
import { Secret } from '../db/entities/secret.ts'
import { Template } from '../db/entities/template.ts'
import { Tenant } from '../db/entities/tenant.ts'
import { User } from '../db/entities/user.ts'
import { WorkflowVersion } from '../db/entities/workflow-version.ts'
import { Workflow } from '../db/entities/workflow.ts'
import { createOrm, type Records } from '../db/orm.ts'
import { createSecretBox, type SecretBox } from '../db/secret-box.ts'
import { createId } from '../ids.ts'
import { keepSchedule } from '../schedule/keep-schedule.ts'
import { seedDemoAi } from './demo-ai.ts'
import { seedDemoEmail } from './demo-email.ts'
import { seedDemoForm } from './demo-form.ts'
import { type Demo, readDemo, writeDemo } from './demo-file.ts'

const EXAMPLES = ['lead-to-purchase.json', 'lead-welcome.json']
const DEMO_TENANT = 'tnt_demo'
const LANGUAGE = 'pt_BR'
const EMAIL = 'demo@fluxolab.local'

const TEMPLATES = [
  {
    name: 'boas_vindas',
    body: 'Oi, {{nome}}! Que bom ter você por aqui. Como podemos ajudar?',
    variables: ['nome'],
  },
  {
    name: 'lembrete_carrinho',
    body: '{{nome}}, seu carrinho ainda está guardado. Posso ajudar a concluir a compra?',
    variables: ['nome'],
  },
  {
    name: 'compra_confirmada',
    body: 'Obrigado pela compra, {{nome}}! Seu pedido já está sendo preparado.',
    variables: ['nome'],
  },
  {
    name: 'compra_com_brinde',
    body: 'Obrigado pela compra, {{nome}}! Um brinde vai junto com o seu pedido.',
    variables: ['nome'],
  },
]

/** The templates as WhatsApp knows them: placeholders by number. */
export function demoTemplates(): { name: string; language: string; body: string }[] {
  return TEMPLATES.map(({ name, body, variables }) => ({
    name,
    language: LANGUAGE,
    body: variables.reduce(
      (text, variable, index) => text.replaceAll(`{{${variable}}}`, `{{${index + 1}}}`),
      body,
    ),
  }))
}

export interface SeedOptions {
  databaseUrl: string
  masterKey: Buffer
  dataDir: string
  baseUrl: string
  sandboxUrl: string | null
}

/** Makes the demo tenant unless it is there, and writes its file. Addresses in the file are those of this start. */
export async function seedDemo(options: SeedOptions): Promise<Demo> {
  const orm = await createOrm(options.databaseUrl)
  try {
    const records = orm.em.fork({ disableTransactions: false }) as Records
    const box = createSecretBox(options.masterKey)
    const demo = demoOf(options, readDemo(options.dataDir))
    await records.transactional(async (tx) => {
      tx.setFilterParams('tenant', { tenantId: DEMO_TENANT })
      if (await tx.findOne(Tenant, { id: DEMO_TENANT })) await renewSecrets(tx, box, demo)
      else await create(tx, box, demo)
      await seedDemoForm(tx, box, DEMO_TENANT)
      // Its key is one of the sandbox.
      if (demo.sandboxUrl !== null) {
        await seedDemoAi(tx, box, DEMO_TENANT)
        await seedDemoEmail(tx, box, { tenantId: DEMO_TENANT, inboundKey: demo.appSecret })
      }
    })
    writeDemo(options.dataDir, demo)
    return demo
  } finally {
    await orm.close()
  }
}

/** What was given out before stays valid; the addresses are new with each start. */
function demoOf({ baseUrl, sandboxUrl }: SeedOptions, known: Demo | null): Demo {
  const random = (): string => randomBytes(24).toString('base64url')
  const sourceId = known?.sourceId ?? createId('source')
  const query = `tenant=${DEMO_TENANT}&source=${sourceId}`
  return {
    baseUrl,
    email: EMAIL,
    password: known?.password ?? randomBytes(9).toString('base64url'),
    tenantId: DEMO_TENANT,
    leadsUrl: `${baseUrl}/webhooks/leads?${query}`,
    eventsUrl: `${baseUrl}/webhooks/events?${query}`,
    sourceId,
    sourceSecret: known?.sourceSecret ?? random(),
    phoneNumberId: known?.phoneNumberId ?? String(randomInt(1e14, 2.8e14)),
    appSecret: known?.appSecret ?? random(),
    verifyToken: known?.verifyToken ?? random(),
    accessToken: known?.accessToken ?? random(),
    sandboxUrl,
  }
}

async function create(records: Records, box: SecretBox, demo: Demo): Promise<void> {
  const tenantId = DEMO_TENANT
  records.create(Tenant, {
    id: tenantId,
    name: 'Loja Aurora',
    zone: 'America/Sao_Paulo',
    locale: 'pt-BR',
  })
  await records.flush()
  records.create(User, {
    tenantId,
    id: createId('user'),
    email: demo.email,
    name: 'Bia Duarte',
    role: 'owner',
    passwordHash: await hashPassword(demo.password),
  })
  for (const [id, secret] of secretsOf(demo)) {
    records.create(Secret, {
      tenantId,
      id,
      keyId: box.keyId,
      ciphertext: box.seal(tenantId, secret),
    })
  }
  await records.flush()
  records.create(Channel, channelOf(demo))
  records.create(LeadSource, sourceOf(demo))
  for (const template of TEMPLATES) {
    records.create(Template, {
      tenantId,
      id: createId('template'),
      kind: 'whatsapp',
      language: LANGUAGE,
      approvedStatus: 'APPROVED',
      ...template,
    })
  }
  await records.flush()
  for (const name of EXAMPLES) await publishExample(records, name)
}

/** After the file was lost or the key changed, what it says must be true again. */
async function renewSecrets(records: Records, box: SecretBox, demo: Demo): Promise<void> {
  const user = await records.findOneOrFail(User, { tenantId: DEMO_TENANT, email: EMAIL })
  user.passwordHash = await hashPassword(demo.password)
  for (const [id, secret] of secretsOf(demo)) {
    const stored = await records.findOneOrFail(Secret, { tenantId: DEMO_TENANT, id })
    stored.ciphertext = box.seal(DEMO_TENANT, secret)
  }
  const channel = await records.findOneOrFail(Channel, { tenantId: DEMO_TENANT, kind: 'whatsapp' })
  channel.address = demo.phoneNumberId
  if (!(await records.findOne(LeadSource, { tenantId: DEMO_TENANT, id: demo.sourceId }))) {
    records.create(LeadSource, sourceOf(demo))
  }
  await records.flush()
}

const CHANNEL_SECRET = 'sec_demo_whatsapp'
const SOURCE_SECRET = 'sec_demo_leads'

function secretsOf(demo: Demo): [string, Record<string, string>][] {
  const { accessToken, appSecret, verifyToken, sourceSecret } = demo
  return [
    [CHANNEL_SECRET, { accessToken, appSecret, verifyToken }],
    [SOURCE_SECRET, { current: sourceSecret }],
  ]
}

function channelOf(demo: Demo) {
  return {
    tenantId: DEMO_TENANT,
    id: createId('channel'),
    kind: 'whatsapp',
    provider: 'whatsapp_cloud',
    address: demo.phoneNumberId,
    displayAddress: '+55 11 90000-0000',
    // The sandbox calls the account of a number so, unless it is told otherwise.
    config: { wabaId: `waba-${demo.phoneNumberId}` },
    secretId: CHANNEL_SECRET,
  }
}

function sourceOf(demo: Demo) {
  return {
    tenantId: DEMO_TENANT,
    id: demo.sourceId,
    type: 'leads',
    name: 'Formulários e anúncios',
    signing: 'full',
    unknownContact: 'reject',
    secretId: SOURCE_SECRET,
    active: true,
  }
}

async function publishExample(records: Records, name: string): Promise<void> {
  const url = new URL(`../../examples/${name}`, import.meta.url)
  const definition = JSON.parse(await readFile(url, 'utf8')) as Json
  const { workflow } = compile(definition)
  if (!workflow) throw new Error(`examples/${name} does not compile`)
  const { id, name: title } = workflow.document
  const tenantId = DEMO_TENANT
  const row = records.create(Workflow, {
    tenantId,
    id,
    name: title,
    definition,
    draftHash: workflow.hash,
    status: 'published',
    createdAt: new Date(),
    updatedAt: new Date(),
  })
  await records.flush()
  const version = records.create(WorkflowVersion, {
    tenantId,
    id: createId('version'),
    workflowId: id,
    number: 1,
    contentHash: workflow.hash,
    definition,
    publishedAt: new Date(),
  })
  await records.flush()
  row.publishedVersionId = version.id
  await records.flush()
  const { trigger } = workflow.document
  await keepSchedule(records, { tenantId, workflowId: id, versionId: version.id, trigger })
}
