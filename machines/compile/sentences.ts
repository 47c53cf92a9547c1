// What each check says, in both languages, and how much it weighs. Every sentence names the way out.

/** `a` and `b` are what the finding is about: a name, a field, a number. */
interface Sentence {
  severity: 'error' | 'warning'
  'pt-BR': (a: string, b: string) => string
  en: (a: string, b: string) => string
}

export const SENTENCES = {
  DOCUMENT_INVALID: {
    severity: 'error',
    'pt-BR': (a) => `O documento não é um fluxo válido: ${a}`,
    en: (a) => `The document is not a valid workflow: ${a}`,
  },
  DOCUMENT_TOO_LARGE: {
    severity: 'error',
    'pt-BR': (a) => `O documento tem mais de ${a}. Divida-o em fluxos menores.`,
    en: (a) => `The document has more than ${a}. Split it into smaller workflows.`,
  },
  DOCUMENT_EMPTY: {
    severity: 'error',
    'pt-BR': () => 'O fluxo não tem nenhum estado. Acrescente um.',
    en: () => 'The workflow has no state. Add one.',
  },
  TRIGGER_UNKNOWN: {
    severity: 'error',
    'pt-BR': (a) => `O gatilho "${a}" não existe. Escolha um da lista.`,
    en: (a) => `There is no trigger "${a}". Choose one of the list.`,
  },
  TRIGGER_INVALID: {
    severity: 'error',
    'pt-BR': (a) => `O gatilho tem um campo inválido: ${a}`,
    en: (a) => `The trigger has an invalid field: ${a}`,
  },
  NODE_KIND_UNKNOWN: {
    severity: 'error',
    'pt-BR': (a) => `Não existe estado do tipo "${a}". Escolha um da lista.`,
    en: (a) => `There is no node kind "${a}". Choose one of the list.`,
  },
  NODE_INVALID: {
    severity: 'error',
    'pt-BR': (a) => `O estado tem um campo inválido: ${a}`,
    en: (a) => `The node has an invalid field: ${a}`,
  },
  NODE_ID_INVALID: {
    severity: 'error',
    'pt-BR': (a) =>
      `O identificador "${a}" não é permitido: use letras, números, "_" e "-", no máximo 64.`,
    en: (a) => `The id "${a}" is not allowed: use letters, digits, "_" and "-", at most 64.`,
  },
  NODE_ID_RESERVED: {
    severity: 'error',
    'pt-BR': (a) => `O identificador "${a}" é reservado. Escolha outro.`,
    en: (a) => `The id "${a}" is reserved. Choose another.`,
  },
  NODE_ID_DUPLICATE: {
    severity: 'error',
    'pt-BR': (a) => `Há mais de um estado com o identificador "${a}". Mude um deles.`,
    en: (a) => `More than one node has the id "${a}". Change one of them.`,
  },
  TARGET_MISSING: {
    severity: 'error',
    'pt-BR': (a) => `O caminho leva a "${a}", que não existe. Escolha um estado do fluxo.`,
    en: (a) => `The path leads to "${a}", which does not exist. Choose a node of the workflow.`,
  },
  TARGET_IN_INTERRUPT: {
    severity: 'error',
    'pt-BR': (a) =>
      `O caminho leva a "${a}", que fica em uma interrupção: só uma palavra ou um acontecimento chega lá. Escolha outro estado.`,
    en: (a) =>
      `The path leads to "${a}", which is part of an interrupt: only a word or an event leads there. Choose another node.`,
  },
  HISTORY_MISPLACED: {
    severity: 'error',
    'pt-BR': (a) =>
      `"${a}" não é um grupo nem um laço, e não há onde voltar dentro dele. Tire a volta ao ponto em que estava, ou escolha um grupo.`,
    en: (a) =>
      `"${a}" is no group or loop, and there is nothing to go back to inside it. Take the way back to where it was out, or choose a group.`,
  },
  PARENT_INVALID: {
    severity: 'error',
    'pt-BR': (a) =>
      `"${a}" não pode conter este estado: indique um grupo, um paralelo ou um laço, sem voltar a si mesmo.`,
    en: (a) =>
      `"${a}" cannot hold this node: name a group, a parallel or a loop, not leading back to itself.`,
  },
  CONTAINER_EMPTY: {
    severity: 'error',
    'pt-BR': (a) => `"${a}" não tem nenhum estado dentro. Ponha um, ou remova-o.`,
    en: (a) => `"${a}" has no node inside. Put one in, or remove it.`,
  },
  REGION_NOT_GROUP: {
    severity: 'error',
    'pt-BR': (a) =>
      `Dentro de um paralelo só cabem grupos; "${a}" não é um. Ponha-o dentro de um grupo.`,
    en: (a) => `A parallel holds groups only; "${a}" is none. Put it into a group.`,
  },
  NODE_UNREACHABLE: {
    severity: 'warning',
    'pt-BR': (a) => `Nenhum caminho chega a "${a}". Ligue-o a um estado, ou remova-o.`,
    en: (a) => `No path reaches "${a}". Connect a node to it, or remove it.`,
  },
  LOOP_WITHOUT_WAIT: {
    severity: 'error',
    'pt-BR': (a) =>
      `O laço ${a} nunca espera nem envia nada e não teria fim. Ponha uma espera nele.`,
    en: (a) => `The loop ${a} never waits or sends and would not end. Put a wait into it.`,
  },
  EXPRESSION_INVALID: {
    severity: 'error',
    'pt-BR': (a) => `A expressão não está certa: ${a}`,
    en: (a) => `The expression is wrong: ${a}`,
  },
  DEAD_END: {
    severity: 'warning',
    'pt-BR': (a) => `De "${a}" nenhum caminho leva ao fim do fluxo. Ligue uma saída a um fim.`,
    en: (a) => `From "${a}" no path leads to the end of the workflow. Connect a way out to an end.`,
  },
  JOIN_NEVER_REACHED: {
    severity: 'error',
    'pt-BR': (a, b) =>
      `O paralelo "${a}" só acaba quando todos os grupos acabam, e "${b}" nunca acaba. Deixe que o último estado dele siga adiante.`,
    en: (a, b) =>
      `The parallel "${a}" is done when all its groups are, and "${b}" never is. Let its last node lead on.`,
  },
  WAIT_WITHOUT_EXIT: {
    severity: 'warning',
    'pt-BR': (a) =>
      `Sem "${a}" o contato espera aqui para sempre. Dê um prazo a este estado ou ao grupo em volta.`,
    en: (a) =>
      `Without "${a}" the contact waits here for ever. Give this node, or the group around it, a time-out.`,
  },
  EVENT_NEVER_SENT: {
    severity: 'error',
    'pt-BR': (a) => `Nada envia o acontecimento "${a}". Escolha um que exista.`,
    en: (a) => `Nothing sends the event "${a}". Choose one that exists.`,
  },
  LOOP_WITHOUT_BUDGET: {
    severity: 'warning',
    'pt-BR': (a) => `O laço ${a} não diz quantas vezes repete no máximo. Dê a ele um limite.`,
    en: (a) => `The loop ${a} does not say how often it repeats at most. Give it a limit.`,
  },
  BOT_TALK_ENDLESS: {
    severity: 'warning',
    'pt-BR': (a) =>
      `O fluxo volta a enviar sem esperar pelo contato: ${a}. Ponha uma espera pela resposta no laço.`,
    en: (a) =>
      `The workflow sends again without waiting for the contact: ${a}. Put a wait for the answer into the loop.`,
  },
  FAILURE_UNHANDLED: {
    severity: 'warning',
    'pt-BR': (a) =>
      `Se "${a}" falhar, o fluxo para como falho. Diga em “Se falhar” para onde ir, aqui ou no grupo em volta.`,
    en: (a) =>
      `If "${a}" fails, the run stops as failed. Say under “If it fails” where to go, here or at the group around it.`,
  },
  AI_WITHOUT_FALLBACK: {
    severity: 'warning',
    'pt-BR': (a) =>
      `Sem resposta da IA em "${a}", o fluxo para como falho. Diga em “Sem resposta segura” para onde ir.`,
    en: (a) =>
      `Without an answer of the AI at "${a}", the run stops as failed. Say under “Without a sure answer” where to go.`,
  },
  INTERRUPT_SHADOWED: {
    severity: 'warning',
    'pt-BR': (a, b) => `"${a}" nunca chega aqui: ${b} reage antes. Tire-o de um dos dois.`,
    en: (a, b) => `"${a}" never gets here: ${b} reacts first. Take it away from one of them.`,
  },
  VARIABLE_MAYBE_EMPTY: {
    severity: 'warning',
    'pt-BR': (a) =>
      `"${a}" pode estar vazio aqui. Defina-o em todos os caminhos, ou dê um valor com "| default:".`,
    en: (a) => `"${a}" may be empty here. Set it on every path, or give a value with "| default:".`,
  },
  WINDOW_MAYBE_CLOSED: {
    severity: 'warning',
    'pt-BR': (a) =>
      `"${a}" pode ser enviado com a janela de 24 horas do WhatsApp fechada, e seria recusado. Envie um modelo aprovado, ou espere antes uma mensagem do contato.`,
    en: (a) =>
      `"${a}" may be sent while WhatsApp's window of 24 hours is closed, and would be refused. Send an approved template, or wait for a message of the contact first.`,
  },
  PURPOSE_MISSING: {
    severity: 'warning',
    'pt-BR': (a) =>
      `"${a}" envia sem dizer a finalidade, e nenhum consentimento é conferido. Escolha a “Finalidade”, como atendimento ou marketing.`,
    en: (a) =>
      `"${a}" sends without a purpose, and no consent is checked. Choose its “Purpose”, such as service or marketing.`,
  },
  CHANNEL_MISSING: {
    severity: 'warning',
    'pt-BR': (a) => `A empresa não tem um canal "${a}". Conecte um antes de usar este estado.`,
    en: (a) => `The company has no channel "${a}". Connect one before this node is used.`,
  },
  TEMPLATE_MISSING: {
    severity: 'warning',
    'pt-BR': (a) => `O modelo "${a}" não existe ou não está aprovado. Escolha ou crie um.`,
    en: (a) => `The template "${a}" does not exist or is not approved. Choose or create one.`,
  },
  TEMPLATE_VARS_WRONG: {
    severity: 'warning',
    'pt-BR': (a, b) =>
      `As variáveis não são as do modelo "${a}": ${b}. Preencha em “Variáveis” exatamente as que ele tem.`,
    en: (a, b) =>
      `The variables are not those of the template "${a}": ${b}. Fill in under “Variables” exactly those that it has.`,
  },
  SUBFLOW_MISSING: {
    severity: 'error',
    'pt-BR': (a) => `O fluxo "${a}" não existe ou não tem versão publicada. Publique-o antes.`,
    en: (a) => `The workflow "${a}" does not exist or has no published version. Publish it first.`,
  },
  SUBFLOW_INPUT_WRONG: {
    severity: 'error',
    'pt-BR': (a, b) =>
      `A entrada não é a que o fluxo "${a}" pede: ${b}. Preencha em “Entrada” o que ele pede.`,
    en: (a, b) =>
      `The input is not what the workflow "${a}" asks for: ${b}. Fill in under “Input” what it asks for.`,
  },
  PROVIDER_LIMIT: {
    severity: 'error',
    'pt-BR': (a, b) => `O campo "${a}" passa do limite do WhatsApp: ${b}. Encurte o texto fixo.`,
    en: (a, b) => `The field "${a}" is over WhatsApp's limit: ${b}. Shorten the fixed text.`,
  },
} as const satisfies Record<string, Sentence>
