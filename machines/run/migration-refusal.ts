// Why a run cannot move to another version, as a code and in words.

import type { Localized } from '../nodes/node-kind.ts'

const REFUSALS = {
  STATE_REMOVED: (node) => ({
    'pt-BR': `o estado ${node} não existe mais e nada foi escolhido no lugar`,
    en: `state ${node} is gone and nothing was chosen instead`,
  }),
  STATE_UNKNOWN: (node) => ({
    'pt-BR': `o estado escolhido para ${node} não existe na outra versão`,
    en: `the state chosen for ${node} does not exist in the other version`,
  }),
  STATE_NOT_WAITING: (node) => ({
    'pt-BR': `o estado escolhido para ${node} não é um em que contatos esperam`,
    en: `the state chosen for ${node} is none that contacts wait in`,
  }),
  STATE_NEEDS_ENTRY: (node) => ({
    'pt-BR': `o estado escolhido para ${node} espera o resultado de algo que nunca foi pedido`,
    en: `the state chosen for ${node} waits for the result of what was never asked for`,
  }),
  EFFECT_PENDING: (node) => ({
    'pt-BR': `em ${node} há um envio ou pedido em andamento, que a outra versão não espera`,
    en: `in ${node} something is under way that the other version does not wait for`,
  }),
  PATHS_COLLIDE: (node) => ({
    'pt-BR': `dois caminhos paralelos acabariam juntos em ${node}`,
    en: `two parallel paths would end up together in ${node}`,
  }),
  PATH_MISSING: (node) => ({
    'pt-BR': `o paralelo ${node} tem um caminho novo em que o contato não está`,
    en: `the parallel ${node} has a new path that the contact is not in`,
  }),
  PATHS_OVER: (node) => ({
    'pt-BR': `no paralelo ${node} todos os caminhos que restam já terminaram`,
    en: `in the parallel ${node} all paths that are left are over already`,
  }),
  RUN_INTERRUPTED: (node) => ({
    'pt-BR': `o contato está numa interrupção (${node}); pode mudar quando voltar`,
    en: `the contact is in an interrupt (${node}); it can move when it is back`,
  }),
  RUN_COLLECTING: (node) => ({
    'pt-BR': `mensagens estão sendo reunidas em ${node}; tente de novo em instantes`,
    en: `messages are being collected in ${node}; try again in a moment`,
  }),
  VERSION_CHANGED: () => ({
    'pt-BR': 'o contato já não está na versão para a qual o mapa foi feito',
    en: 'the contact is no longer on the version that the map was made for',
  }),
  VERSION_UNKNOWN: () => ({
    'pt-BR': 'uma das versões não está disponível',
    en: 'one of the versions is not available',
  }),
  RUN_MOVED_ON: () => ({
    'pt-BR': 'o contato seguiu adiante depois da migração',
    en: 'the contact has moved on since the migration',
  }),
  RUN_TOO_LARGE: () => ({
    'pt-BR': 'o contato lembra mais do que um evento pode levar',
    en: 'the run remembers more than an event can carry',
  }),
  RUN_ENDED: () => ({
    'pt-BR': 'o fluxo já terminou para o contato',
    en: 'the run has ended',
  }),
} as const satisfies Record<string, (node: string) => Localized>

export type RefusalCode = keyof typeof REFUSALS

export interface MigrationRefusal {
  refused: RefusalCode
  reason: Localized
}

/** A refusal with its sentence. */
export function refuse(code: RefusalCode, node = ''): MigrationRefusal {
  return { refused: code, reason: REFUSALS[code](node) }
}

/** The sentence of a code that was kept without it. */
export function refusalReason(code: string, node = ''): Localized {
  return Object.hasOwn(REFUSALS, code)
    ? REFUSALS[code as RefusalCode](node)
    : { 'pt-BR': code, en: code }
}
