// The face of the runtime: what the gateway may ask. Everything else in this folder is its own affair.

export { operateGate } from './commands/actors/operate-gate.ts'
export { type Config, readConfig } from './config.ts'
export { type Demo } from './demo/demo-file.ts'
export { DEMO_LEAD, sendDemoLead } from './demo/demo-lead.ts'
export { DEMO_EMAIL_CHANNEL } from './demo/demo-email.ts'
export { demoTemplates, seedDemo } from './demo/seed.ts'
export type { EditorPlace, LiveListener, Runtime, SeenDraft, SignedIn } from './face.ts'
export { type Installation, prepareInstallation } from './installation.ts'
export { createLogger, type Logger, openLog } from './log.ts'
export { createRuntime } from './runtime.ts'
export { createSandbox, type Sandbox } from './sandbox/sandbox.ts'
export { createTeardown, type Teardown } from './teardown.ts'
