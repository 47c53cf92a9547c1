// What changed, in a sentence that names the state and what it means for it.

import type { Json } from '../contracts/json.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { END, FAILED } from '../compile/resolve.ts'
import type { FieldChange } from './fields.ts'

type What = 'gained' | 'lost' | 'changed'

/** Fields with a sentence of their own: as what is had (`o prazo`), and whether having it is worth a word. */
const FIELDS: Record<string, { 'pt-BR': string; en: string }> = {
  timeout: { 'pt-BR': 'o prazo', en: 'time-out' },
  duration: { 'pt-BR': 'a duração', en: 'duration' },
  text: { 'pt-BR': 'o texto', en: 'text' },
  retryText: { 'pt-BR': 'o texto da nova pergunta', en: 'repeated question' },
  body: { 'pt-BR': 'o texto', en: 'text' },
  header: { 'pt-BR': 'o cabeçalho', en: 'header' },
  footer: { 'pt-BR': 'o rodapé', en: 'footer' },
  caption: { 'pt-BR': 'a legenda', en: 'caption' },
  buttons: { 'pt-BR': 'os botões', en: 'buttons' },
  button: { 'pt-BR': 'o botão', en: 'button' },
  sections: { 'pt-BR': 'a lista', en: 'list' },
  template: { 'pt-BR': 'o modelo', en: 'template' },
  vars: { 'pt-BR': 'as variáveis do modelo', en: 'template variables' },
  language: { 'pt-BR': 'o idioma', en: 'language' },
  condition: { 'pt-BR': 'a condição', en: 'condition' },
  until: { 'pt-BR': 'o momento', en: 'moment' },
  items: { 'pt-BR': 'a lista que percorre', en: 'list that it goes through' },
  max: { 'pt-BR': 'o limite', en: 'budget' },
  set: { 'pt-BR': 'as variáveis', en: 'variables' },
  tags: { 'pt-BR': 'as etiquetas', en: 'tags' },
  url: { 'pt-BR': 'o endereço', en: 'address' },
  quiet: { 'pt-BR': 'o tempo de silêncio', en: 'quiet time' },
  purpose: { 'pt-BR': 'a finalidade', en: 'purpose' },
  retries: { 'pt-BR': 'as tentativas', en: 'retries' },
  answer: { 'pt-BR': 'a resposta aceita', en: 'accepted answer' },
  label: { 'pt-BR': 'o nome', en: 'label' },
  words: { 'pt-BR': 'as palavras', en: 'words' },
  event: { 'pt-BR': 'o acontecimento', en: 'event' },
  workflow: { 'pt-BR': 'o fluxo', en: 'workflow' },
  version: { 'pt-BR': 'a versão', en: 'version' },
}

const TRIGGER_FIELDS: Record<string, { 'pt-BR': string; en: string }> = {
  type: { 'pt-BR': 'o acontecimento', en: 'event' },
  filter: { 'pt-BR': 'o filtro', en: 'filter' },
  reentry: { 'pt-BR': 'a regra de nova entrada', en: 're-entry rule' },
  priority: { 'pt-BR': 'a prioridade', en: 'priority' },
  exclusive: { 'pt-BR': 'o grupo exclusivo', en: 'exclusive group' },
}

export function added(id: string, kind: Localized): Localized {
  return {
    'pt-BR': `novo estado ${id}: ${lower(kind['pt-BR'])}`,
    en: `new state ${id}: ${lower(kind.en)}`,
  }
}

export function removed(id: string): Localized {
  return { 'pt-BR': `o estado ${id} foi retirado`, en: `state ${id} was removed` }
}

export function renamed(id: string, now: string): Localized {
  return {
    'pt-BR': `o estado ${id} chama-se agora ${now}`,
    en: `state ${id} is now called ${now}`,
  }
}

export function moved(id: string, parent: string | null): Localized {
  return parent === null
    ? { 'pt-BR': `o estado ${id} saiu para o nível principal`, en: `state ${id} moved to the top` }
    : {
        'pt-BR': `o estado ${id} passou para dentro de ${parent}`,
        en: `state ${id} moved into ${parent}`,
      }
}

export function otherKind(id: string, was: string, is: string): Localized {
  return {
    'pt-BR': `o estado ${id} era ${was} e passou a ser ${is}`,
    en: `state ${id} was ${was} and is ${is} now`,
  }
}

export function otherStart(container: string | null, first: string): Localized {
  return container === null
    ? { 'pt-BR': `o fluxo começa agora em ${first}`, en: `the workflow now begins with ${first}` }
    : {
        'pt-BR': `${container} começa agora em ${first}`,
        en: `${container} now begins with ${first}`,
      }
}

/** A way out that leads elsewhere. */
export function otherTarget(id: string, port: string, was: string, is: string): Localized {
  const [old, now] = [placeOf(was), placeOf(is)]
  const by = port === 'next' ? { 'pt-BR': '', en: '' } : wayOf(port)
  return {
    'pt-BR': `${by['pt-BR']}o estado ${id} leva agora ${now.to}, em vez ${old.of}`,
    en: `${by.en}state ${id} now leads to ${now.en} instead of ${old.en}`,
  }
}

/** A way out that is new or gone. */
export function otherPort(id: string, port: string, target: string, what: What): Localized {
  const place = placeOf(target)
  if (port === 'error') {
    return what === 'gained'
      ? {
          'pt-BR': `uma falha em ${id} leva agora ${place.to}`,
          en: `a failure in ${id} now leads to ${place.en}`,
        }
      : {
          'pt-BR': `o estado ${id} deixou de tratar falhas`,
          en: `state ${id} no longer handles failures`,
        }
  }
  const name = nameOfPort(port)
  return what === 'gained'
    ? {
        'pt-BR': `o estado ${id} ganhou ${name['pt-BR']}, que leva ${place.to}`,
        en: `state ${id} gained ${name.en}, which leads to ${place.en}`,
      }
    : {
        'pt-BR': `o estado ${id} perdeu ${name['pt-BR']}`,
        en: `state ${id} lost ${name.en}`,
      }
}

/** A field of a node. */
export function otherField(id: string, change: FieldChange): Localized {
  const name = fieldOf(change.path)
  const words = FIELDS[name]
  const { what, was, is } = valuesOf(change)
  if (!words) {
    return {
      'pt-BR': `no estado ${id}, ${name} ${changePt(what, was, is)}`,
      en: `in state ${id}, ${name} ${changeEn(what, was, is)}`,
    }
  }
  if (what === 'lost')
    return {
      'pt-BR': `o estado ${id} perdeu ${words['pt-BR']}`,
      en: `state ${id} lost its ${words.en}`,
    }
  if (what === 'gained')
    return {
      'pt-BR': `o estado ${id} ganhou ${words['pt-BR']}: ${is}`,
      en: `state ${id} gained its ${words.en}: ${is}`,
    }
  return {
    'pt-BR': `no estado ${id} mudou ${words['pt-BR']}: ${is}, em vez de ${was}`,
    en: `state ${id} has another ${words.en}: ${is} instead of ${was}`,
  }
}

/** A field of the trigger. */
export function otherTrigger(change: FieldChange): Localized {
  const name = fieldOf(change.path)
  const words = TRIGGER_FIELDS[name] ?? { 'pt-BR': name, en: name }
  const { what, was, is } = valuesOf(change)
  return {
    'pt-BR': `no gatilho, ${words['pt-BR']} ${changePt(what, was, is)}`,
    en: `the trigger’s ${words.en} ${changeEn(what, was, is)}`,
  }
}

export function otherName(was: string, is: string): Localized {
  return {
    'pt-BR': `o fluxo chama-se agora “${is}”, em vez de “${was}”`,
    en: `the workflow is now called “${is}” instead of “${was}”`,
  }
}

function changePt(what: What, was: string, is: string): string {
  if (what === 'changed') return `mudou: ${is}, em vez de ${was}`
  return what === 'gained' ? `é agora ${is}` : `deixou de existir (era ${was})`
}

function changeEn(what: What, was: string, is: string): string {
  if (what === 'changed') return `changed: ${is} instead of ${was}`
  return what === 'gained' ? `is now ${is}` : `is gone (was ${was})`
}

function valuesOf({ before, after }: FieldChange): { what: What; was: string; is: string } {
  const what = before === undefined ? 'gained' : after === undefined ? 'lost' : 'changed'
  return { what, was: shown(before), is: shown(after) }
}

const MAX_SHOWN = 80

function shown(value: Json | undefined): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? `“${value}”` : JSON.stringify(value)
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`
}

function fieldOf(path: string): string {
  return /[^.[\]']+/.exec(path)?.[0] ?? path
}

interface Spot {
  /** As what something leads to: `ao fim`. */
  to: string
  /** As what it does not lead to any more: `do fim`. */
  of: string
  en: string
}

function placeOf(target: string): Spot {
  if (target === END) return { to: 'ao fim', of: 'do fim', en: 'the end' }
  if (target === FAILED) return { to: 'à falha', of: 'da falha', en: 'the failure' }
  const container = target.startsWith('done:') ? target.slice('done:'.length) : null
  if (container === null) return { to: `a ${target}`, of: `de ${target}`, en: target }
  const end = `fim de ${container}`
  return { to: `ao ${end}`, of: `do ${end}`, en: `the end of ${container}` }
}

function wayOf(port: string): Localized {
  const name = nameOfPort(port)
  return { 'pt-BR': `por ${name['pt-BR']}, `, en: `by ${name.en}, ` }
}

function nameOfPort(port: string): Localized {
  if (port === 'timeout') return { 'pt-BR': 'o prazo', en: 'the time-out' }
  if (port === 'error') return { 'pt-BR': 'uma falha', en: 'a failure' }
  const [kind, ...rest] = port.split(':')
  const name = rest.join(':')
  if (kind === 'case') return { 'pt-BR': `o caso “${name}”`, en: `the case “${name}”` }
  if (kind === 'event' || kind === 'on')
    return { 'pt-BR': `o acontecimento ${name}`, en: `the event ${name}` }
  return { 'pt-BR': `a saída “${port}”`, en: `the way out “${port}”` }
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
