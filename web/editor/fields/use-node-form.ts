// The form of one node, or of the trigger, as its controls see it; every change goes through the draft, so that typing
// joins into one step of undo.

import { watchDebounced } from '@vueuse/core'
import {
  type Component,
  computed,
  provide,
  type Ref,
  shallowReactive,
  shallowRef,
  watch,
} from 'vue'
import { TRIGGER } from '#machines/compile/resolve.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { FormHint } from '#machines/nodes/node-kind.ts'
import { nodeKindOf, triggerKindOf } from '#machines/nodes/registry.ts'
import type { WordsFor } from '../../canvas/words.ts'
import { checkerKey, type Completion } from '../../checker/checking.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { injectNeeded } from '../../state/inject.ts'
import { keepSame } from '../../state/same-json.ts'
import { type Draft, draftKey } from '../draft/draft.ts'
import { applyFix } from '../edits/apply-fix.ts'
import type { DocNode } from '../edits/outline.ts'
import { setField } from '../edits/set-field.ts'
import { eventsIn } from './event-types.ts'
import { followingIn } from './following.ts'
import { formKey, type Place, type ShownPlace } from './form-context.ts'
import { formFieldsOf } from './form-fields.ts'
import { problemsAt, problemsBeside } from './problems-at.ts'
import { textIn } from './text-in.ts'

export function useNodeForm(
  nodeId: Readonly<Ref<string>>,
  { control, onTyped }: { control: Component; onTyped: () => void },
) {
  const draft = injectNeeded(draftKey)
  const isTrigger = computed(() => nodeId.value === TRIGGER)
  const { body, base } = useBody(draft, nodeId)
  const type = computed(() => textIn(body.value, 'type'))
  const kind = computed(() =>
    isTrigger.value ? triggerKindOf(type.value) : nodeKindOf(type.value),
  )
  const fields = computed(() => kind.value && formFieldsOf(kind.value, body.value))
  const hints = computed(
    () => new Map((kind.value?.form ?? []).map((hint: FormHint) => [hint.field, hint])),
  )
  const places = usePlaces(draft)
  const { problems, others, showing } = useProblemPlaces(base)

  function put(name: string, value: Json | undefined): void {
    const id = nodeId.value
    draft.typing('typed', `${id}.${name}`, (document) => setField(document, id, [name], value))
    onTyped()
  }

  function fix(problem: Diagnostic): void {
    draft.edit('fixed', (document) => ({
      ...applyFix(document, problem.fix ?? []),
      select: [nodeId.value],
    }))
  }

  const following = computed(() => followingIn(draft.document.value, nodeId.value))
  provide(formKey, {
    nodeId,
    base,
    kind: type,
    body,
    hints,
    completions: useCompletions(nodeId),
    places,
    events: computed(() => eventsIn(draft.document.value as Json)),
    followingOf: (field) => {
      const target = following.value.get(field)
      return places.value.find(({ id }) => id === target)?.title ?? null
    },
    problemsAt: (path, extent) => problemsAt(problems.value, { base: base.value, path, extent }),
    showing,
    fix,
    select: (id) => draft.select([id]),
    control,
  })
  return { draft, body, type, kind, fields, places, others, put, fix }
}

/** Which problems are shown where, and which are left over. */
function useProblemPlaces(base: Readonly<Ref<string>>) {
  const checker = injectNeeded(checkerKey)
  const problems = computed(() => checker.checked.value.diagnostics)
  const shown = shallowReactive(new Map<symbol, () => ShownPlace>())
  const others = computed(() => {
    const places = [...shown.values()].map((place) => place())
    return problemsBeside(problems.value, base.value, places)
  })

  function showing(place: () => ShownPlace): () => void {
    const key = Symbol('shown')
    shown.set(key, place)
    return () => shown.delete(key)
  }

  return { problems, others, showing }
}

function useBody(draft: Draft, nodeId: Readonly<Ref<string>>) {
  const index = computed(() =>
    draft.document.value.nodes.findIndex(({ id }) => id === nodeId.value),
  )
  const body = computed((): JsonObject => {
    const { trigger, nodes } = draft.document.value
    const found: unknown = nodeId.value === TRIGGER ? trigger : nodes[index.value]
    return isJsonObject(found) ? found : {}
  })
  const base = computed(() => (nodeId.value === TRIGGER ? '$.trigger' : `$.nodes[${index.value}]`))
  return { body, base }
}

/** Every node by what people call it; the list of before where nobody is called otherwise. */
function usePlaces(draft: Draft): Readonly<Ref<readonly Place[]>> {
  const { named, locale } = useTexts()
  /** Looked up once for each node; one that changed is another object. */
  const placeIn = computed(() => {
    const [language, known] = [locale.value, new WeakMap<DocNode, Place>()]
    return (node: DocNode): Place => {
      const place = known.get(node) ?? placeOf(node, { named, locale: language })
      known.set(node, place)
      return place
    }
  })
  return computed((before?: readonly Place[]) =>
    keepSame(before ?? [], draft.document.value.nodes.map(placeIn.value)),
  )
}

function placeOf(
  { id, type, label }: DocNode,
  { named, locale }: Pick<WordsFor, 'named' | 'locale'>,
): Place {
  const kind = nodeKindOf(type)
  const usual = kind?.description[locale] ?? type
  const title =
    typeof label === 'string' && label !== ''
      ? label
      : named(`kinds.${type.replaceAll('.', '_')}`, usual)
  return { id, title, icon: `i-lucide-${kind?.icon ?? 'circle-help'}` }
}

/** Long enough that nobody's next keystroke waits for it. */
const PAUSE_MS = 400

/** What is known at the node: at once for another node, after a pause for another draft. What is asked last counts. */
function useCompletions(nodeId: Readonly<Ref<string>>): Readonly<Ref<readonly Completion[]>> {
  const checker = injectNeeded(checkerKey)
  const completions = shallowRef<readonly Completion[]>([])
  let asked = 0

  async function ask(): Promise<void> {
    asked += 1
    const own = asked
    try {
      const known = await checker.completionsAt(nodeId.value)
      if (own === asked) completions.value = known
    } catch {
      // Without the worker there is nothing to offer; writing goes on.
    }
  }

  watch(nodeId, ask, { immediate: true })
  watchDebounced(checker.checked, ask, { debounce: PAUSE_MS })
  return completions
}
