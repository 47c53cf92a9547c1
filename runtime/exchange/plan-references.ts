// What becomes of each thing that an imported workflow names: as a person chose, else as it is proposed. What is here
// already is used; what the bundle brings is made; the rest stays as it is written, for the checks to tell.

import type { BundleContent } from '#machines/contracts/bundle.ts'
import type { EmailTemplateSave } from '#machines/contracts/email-templates.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import type {
  MappedReference,
  ReferenceChoice,
  ReferenceView,
} from '#machines/contracts/workflow-exchange.ts'
import { type Reference, referenceKey } from '#machines/exchange/references.ts'
import { saysTheSame, templatesNamed } from './find-named.ts'
import type { KnownHere } from './known-here.ts'
import type { Soundness } from './sound-parts.ts'

export interface Planning {
  references: readonly Reference[]
  bundle: BundleContent | null
  here: KnownHere
  sound: Soundness
  mapping: readonly MappedReference[]
  /** Nodes whose channel is a field of theirs and not their nature. */
  freeChannels: ReadonlySet<string>
}

type Template = TemplateDraft | EmailTemplateSave

/** @throws {FluxoError} REQUEST_INVALID for a choice that cannot be */
export function planReferences(planning: Planning): ReferenceView[] {
  const chosen = new Map(planning.mapping.map((one) => [referenceKey(one), one.choice]))
  return planning.references.map((reference) => {
    const view = viewOf(planning, reference)
    const choice = chosen.get(referenceKey(reference)) ?? proposalFor(view)
    return { ...view, choice: settled(planning, view, choice) }
  })
}

type View = Omit<ReferenceView, 'choice'>

function viewOf(planning: Planning, reference: Reference): View {
  const { sound } = planning
  const mine = hereOf(planning, reference)
  const brought = broughtBy(planning, reference)
  const usable = brought.filter((one) => !sound.problems.has(one))
  const problem = brought.flatMap((one) => sound.problems.get(one) ?? [])[0] ?? null
  return {
    ...reference,
    inBundle: usable.length > 0,
    exists: isHere(planning, reference),
    differs: usable.some((one) =>
      mine.some((other) => other.language === one.language && !saysTheSame(one, other)),
    ),
    note: problem,
    options: optionsFor(planning, reference),
  }
}

function hereOf({ here }: Planning, reference: Reference): Template[] {
  if (reference.kind === 'template') return templatesNamed(here.templates, reference)
  return reference.kind === 'emailTemplate' ? templatesNamed(here.emailTemplates, reference) : []
}

/** What the bundle holds of it, sound or not. */
export function broughtBy(
  { bundle }: Pick<Planning, 'bundle'>,
  reference: Pick<Reference, 'kind' | 'name' | 'language'>,
): Template[] {
  if (!bundle) return []
  if (reference.kind === 'template') return templatesNamed(bundle.templates, reference)
  return reference.kind === 'emailTemplate' ? templatesNamed(bundle.emailTemplates, reference) : []
}

function isHere(planning: Planning, reference: Reference): boolean {
  const { here } = planning
  const { kind, name } = reference
  if (kind === 'channel') return here.channels.includes(name)
  if (kind === 'workflow') return here.workflows.some(({ id }) => id === name)
  return kind === 'media' ? here.media.includes(name) : hereOf(planning, reference).length > 0
}

function optionsFor(
  { here, freeChannels }: Planning,
  { kind, nodeIds }: Reference,
): ReferenceView['options'] {
  const named = (names: readonly string[]) =>
    [...new Set(names)].map((name) => ({ name, title: name }))
  if (kind === 'template') return named(here.templates.map(({ name }) => name))
  if (kind === 'emailTemplate') return named(here.emailTemplates.map(({ name }) => name))
  if (kind === 'workflow') return here.workflows.map(({ id, name }) => ({ name: id, title: name }))
  const isFree = kind === 'channel' && nodeIds.some((id) => freeChannels.has(id))
  return isFree ? named(here.channels) : []
}

function proposalFor({ exists, inBundle, name }: View): ReferenceChoice {
  if (exists) return { use: 'existing', name }
  return inBundle ? { use: 'create' } : { use: 'open' }
}

/** The choice as it can be done, with the name that a new thing gets. */
function settled(planning: Planning, view: View, choice: ReferenceChoice): ReferenceChoice {
  if (choice.use === 'open') return choice
  if (choice.use === 'existing') {
    const isKnown =
      view.kind === 'segment' ||
      (choice.name === view.name && view.exists) ||
      view.options.some(({ name }) => name === choice.name)
    if (!isKnown) throw impossible(view, `${choice.name} is not here`)
    return choice
  }
  if (!view.inBundle) throw impossible(view, 'the bundle does not bring it')
  const languages = broughtBy(planning, view).map(({ language }) => language)
  const isTaken = (name: string) =>
    languages.some((language) => hereOf(planning, { ...view, name, language }).length > 0)
  if (choice.name !== undefined && isTaken(choice.name)) {
    throw impossible(view, `${choice.name} is taken`)
  }
  return { use: 'create', name: choice.name ?? freeName(view.name, isTaken) }
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  for (let number = 2; ; number += 1) {
    const next = `${name.slice(0, 500)}_${number}`
    if (!isTaken(next)) return next
  }
}

function impossible({ kind, name }: View, why: string): FluxoError {
  return new FluxoError('REQUEST_INVALID', { field: 'mapping', message: `${kind} ${name}: ${why}` })
}
