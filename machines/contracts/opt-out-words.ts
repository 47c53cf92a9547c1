// Messages by which a contact takes itself off a channel, brought to plain words. The platform hears them before any
// workflow does.

export const OPT_OUT_WORDS: ReadonlySet<string> = new Set([
  'parar',
  'pare',
  'stop',
  'descadastrar',
  'unsubscribe',
  'nao quero mais receber',
  'remover',
])
