// What changed, in a sentence that names the state and what it means for it.

import type { Json } from '../contracts/json.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { END, FAILED, type ResolvedNode } from '../compile/resolve.ts'
import type { FieldChange } from './fields.ts'

type What = 'gained' | 'lost'

interface FieldWords extends Localized {
  /** In Portuguese the verb agrees with it. */
  many?: true
}

/** Fields as people call them, in Portuguese with the article. */
const FIELDS: Record<string, FieldWords> = {
  timeout: { 'pt-BR': 'o prazo', en: 'time-out' },
  duration: { 'pt-BR': 'a duração', en: 'duration' },
  text: { 'pt-BR': 'o texto', en: 'text' },
  retryText: { 'pt-BR': 'o texto da nova pergunta', en: 'repeated question' },
  body: { 'pt-BR': 'o texto', en: 'text' },
  subject: { 'pt-BR': 'o assunto', en: 'subject' },
  header: { 'pt-BR': 'o cabeçalho', en: 'header' },
  footer: { 'pt-BR': 'o rodapé', en: 'footer' },
  caption: { 'pt-BR': 'a legenda', en: 'caption' },
  buttons: { 'pt-BR': 'os botões', en: 'buttons', many: true },
  button: { 'pt-BR': 'o botão', en: 'button' },
  sections: { 'pt-BR': 'a lista', en: 'list' },
  cards: { 'pt-BR': 'os cartões', en: 'cards', many: true },
  media: { 'pt-BR': 'o arquivo', en: 'file' },
  template: { 'pt-BR': 'o modelo', en: 'template' },
  vars: { 'pt-BR': 'as variáveis do modelo', en: 'template variables', many: true },
  language: { 'pt-BR': 'o idioma', en: 'language' },
  condition: { 'pt-BR': 'a condição', en: 'condition' },
  until: { 'pt-BR': 'o momento', en: 'moment' },
  items: { 'pt-BR': 'a lista que percorre', en: 'list that it goes through' },
  max: { 'pt-BR': 'o limite', en: 'budget' },
  set: { 'pt-BR': 'as variáveis', en: 'variables', many: true },
  map: { 'pt-BR': 'os dados do contato', en: 'contact data', many: true },
  tags: { 'pt-BR': 'as etiquetas', en: 'tags', many: true },
  url: { 'pt-BR': 'o endereço', en: 'address' },
  quiet: { 'pt-BR': 'o tempo de silêncio', en: 'quiet time' },
  purpose: { 'pt-BR': 'a finalidade', en: 'purpose' },
  retries: { 'pt-BR': 'as tentativas', en: 'retries', many: true },
  answer: { 'pt-BR': 'a resposta aceita', en: 'accepted answer' },
  choices: { 'pt-BR': 'as opções', en: 'choices', many: true },
  intents: { 'pt-BR': 'as intenções', en: 'intents', many: true },
  instructions: { 'pt-BR': 'as instruções', en: 'instructions', many: true },
  label: { 'pt-BR': 'o nome', en: 'name' },
  words: { 'pt-BR': 'as palavras', en: 'words', many: true },
  event: { 'pt-BR': 'o acontecimento', en: 'event' },
  workflow: { 'pt-BR': 'o fluxo', en: 'workflow' },
  version: { 'pt-BR': 'a versão', en: 'version' },
}

const TRIGGER_FIELDS: Record<string, FieldWords> = {
  type: { 'pt-BR': 'o acontecimento', en: 'event' },
  filter: { 'pt-BR': 'o filtro', en: 'filter' },
  reentry: { 'pt-BR': 'a regra de nova entrada', en: 're-entry rule' },
  priority: { 'pt-BR': 'a prioridade', en: 'priority' },
  exclusive: { 'pt-BR': 'o grupo exclusivo', en: 'exclusive group' },
}

/** @param name the state's, as `nameOf` gives it: so in each sentence of this file */
export function added(name: string, kind: Localized): Localized {
  return about(name, {
    'pt-BR': `novo estado, ${lower(kind['pt-BR'])}`,
    en: `new state, ${lower(kind.en)}`,
  })
}

export function removed(name: string): Localized {
  return about(name, { 'pt-BR': 'estado retirado', en: 'state removed' })
}

export function renamed(name: string, was: string, is: string): Localized {
  return about(name, {
    'pt-BR': `o identificador mudou de ${was} para ${is}`,
    en: `id changed from ${was} to ${is}`,
  })
}

/** @param parent null for the top */
export function moved(name: string, parent: string | null): Localized {
  return about(
    name,
    parent === null
      ? { 'pt-BR': 'saiu para o nível principal', en: 'moved to the top' }
      : { 'pt-BR': `passou para dentro de ${parent}`, en: `moved into ${parent}` },
  )
}

export function otherKind(name: string, was: Localized, is: Localized): Localized {
  return about(name, {
    'pt-BR': `outra espécie de estado: “${is['pt-BR']}”, em vez de “${was['pt-BR']}”`,
    en: `another kind of state: “${is.en}” instead of “${was.en}”`,
  })
}

/** @param container null for the workflow */
export function otherStart(container: string | null, first: string): Localized {
  if (container === null) {
    return {
      'pt-BR': `o fluxo começa agora em ${first}`,
      en: `the workflow now begins with ${first}`,
    }
  }
  return about(container, {
    'pt-BR': `começa agora em ${first}`,
    en: `now begins with ${first}`,
  })
}

/** A way out that leads elsewhere. */
export function otherTarget(name: string, port: string, was: Spot, is: Spot): Localized {
  const way = port === 'next' ? { 'pt-BR': '', en: '' } : nameOfPort(port)
  return about(name, {
    'pt-BR': `${way['pt-BR']} leva agora ${is.to}, em vez ${was.of}`.trimStart(),
    en: `${way.en} now leads to ${is.en} instead of ${was.en}`.trimStart(),
  })
}

/** A way out that is new or gone. */
export function otherPort(name: string, port: string, place: Spot, what: What): Localized {
  const way = nameOfPort(port)
  if (what === 'gained' && port === 'error') {
    return about(name, {
      'pt-BR': `uma falha leva agora ${place.to}`,
      en: `a failure now leads to ${place.en}`,
    })
  }
  if (what === 'gained') {
    return about(name, {
      'pt-BR': `nova saída, ${way['pt-BR']}, que leva ${place.to}`,
      en: `new way out, ${way.en}, which leads to ${place.en}`,
    })
  }
  if (port === 'error') {
    return about(name, { 'pt-BR': 'não trata mais falhas', en: 'no longer handles failures' })
  }
  return about(name, {
    'pt-BR': `sem a saída que tinha, ${way['pt-BR']}`,
    en: `without the way out that it had, ${way.en}`,
  })
}

/** A field of a node. */
export function otherField(name: string, change: FieldChange): Localized {
  return about(name, fieldSentence(change, FIELDS))
}

/** A field of the trigger. */
export function otherTrigger(change: FieldChange): Localized {
  const { 'pt-BR': pt, en } = fieldSentence(change, TRIGGER_FIELDS)
  return { 'pt-BR': `no gatilho, ${pt}`, en: `in the trigger, ${en}` }
}

export function otherName(was: string, is: string): Localized {
  return {
    'pt-BR': `o nome do fluxo mudou de “${was}” para “${is}”`,
    en: `the workflow’s name changed from “${was}” to “${is}”`,
  }
}

/** The name of a state in a sentence: its label in quotes, else its id. */
export function nameOf({ id, node }: Pick<ResolvedNode, 'id' | 'node'>): string {
  return node.label ? `“${node.label}”` : id
}

/** Whoever lists sentences by state takes its name off again. */
function about(name: string, rest: Localized): Localized {
  return { 'pt-BR': `${name}: ${rest['pt-BR']}`, en: `${name}: ${rest.en}` }
}

function fieldSentence(
  { path, before, after }: FieldChange,
  known: Record<string, FieldWords>,
): Localized {
  const field = fieldOf(path)
  const words = known[field] ?? { 'pt-BR': `“${field}”`, en: `“${field}”` }
  const [was, is] = [shown(before), shown(after)]
  const bare = words['pt-BR'].replace(/^(o|a|os|as) /, '')
  if (before === undefined) {
    return { 'pt-BR': `passou a ter ${bare}: ${is['pt-BR']}`, en: `${words.en} added: ${is.en}` }
  }
  if (after === undefined) {
    return {
      'pt-BR': `deixou de ter ${bare} (antes, ${was['pt-BR']})`,
      en: `${words.en} removed (before, ${was.en})`,
    }
  }
  const verb = words.many ? 'mudaram' : 'mudou'
  return {
    'pt-BR': `${words['pt-BR']} ${verb} de ${was['pt-BR']} para ${is['pt-BR']}`,
    en: `${words.en} changed from ${was.en} to ${is.en}`,
  }
}

const MAX_SHOWN = 80

/** A duration needs no quotes, and people read it in their own words. */
const DURATION = /^P(?=[\dT])[\dYMWDTHS]+$/

function shown(value: Json | undefined): Localized {
  if (value === undefined) return same('')
  if (typeof value === 'boolean') return value ? { 'pt-BR': 'sim', en: 'yes' } : NO
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.length === 0 ? NOTHING : same(cut(value.map((item) => `“${item}”`).join(', ')))
  }
  if (typeof value !== 'string') return same(cut(JSON.stringify(value)))
  if (value === '') return NOTHING
  return same(DURATION.test(value) ? value : `“${cut(value)}”`)
}

const NO: Localized = { 'pt-BR': 'não', en: 'no' }
const NOTHING: Localized = { 'pt-BR': 'nada', en: 'nothing' }
const same = (text: string): Localized => ({ 'pt-BR': text, en: text })
const cut = (text: string): string =>
  text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`

function fieldOf(path: string): string {
  return /[^.[\]']+/.exec(path)?.[0] ?? path
}

/** Where a way out leads. */
export interface Spot {
  /** As what something leads to: `ao fim`. */
  to: string
  /** As what it does not lead to any more: `do fim`. */
  of: string
  en: string
}

/** @param named name of a state by its id */
export function spotOf(target: string, named: (id: string) => string): Spot {
  if (target === END) return { to: 'ao fim', of: 'do fim', en: 'the end' }
  if (target === FAILED) return { to: 'à falha', of: 'da falha', en: 'the failure' }
  const container = target.startsWith('done:') ? named(target.slice('done:'.length)) : null
  const name = named(target)
  if (container === null) return { to: `a ${name}`, of: `de ${name}`, en: name }
  const end = `fim de ${container}`
  return { to: `ao ${end}`, of: `do ${end}`, en: `the end of ${container}` }
}

const PORTS: Readonly<Record<string, Localized>> = {
  next: { 'pt-BR': 'a seguinte', en: 'the next one' },
  timeout: { 'pt-BR': 'o prazo', en: 'the time-out' },
  error: { 'pt-BR': 'uma falha', en: 'a failure' },
  then: { 'pt-BR': 'o “sim”', en: 'the “yes”' },
  else: { 'pt-BR': 'o “não”', en: 'the “no”' },
  default: { 'pt-BR': 'o caso restante', en: 'any other case' },
}

function nameOfPort(port: string): Localized {
  const known = PORTS[port]
  if (known) return known
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
