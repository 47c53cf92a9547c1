// One file on its way in: read, looked at again after every choice, then done.

import { useMutation, useQuery, keepPreviousData } from '@tanstack/vue-query'
import { computed, ref, shallowRef } from 'vue'
import type {
  ImportPreview,
  ImportReply,
  MappedReference,
  ReferenceChoice,
  ReferenceView,
} from '#machines/contracts/workflow-exchange.ts'
import { referenceKey } from '#machines/exchange/references.ts'
import { importWorkflow, previewImport } from '../api/exchange.ts'
import { useRefreshWorkflows } from '../api/shelf.ts'

export type Readable = Extract<ImportPreview, { readable: true }>

export function useImport(onDone: (reply: ImportReply) => void) {
  const refresh = useRefreshWorkflows()
  /** The file as it is; empty while there is none. */
  const text = ref('')
  const name = ref('')
  const accepted = ref(false)
  const chosen = shallowRef<ReadonlyMap<string, MappedReference>>(new Map())
  const mapping = computed(() => [...chosen.value.values()])

  const query = useQuery({
    queryKey: computed(() => ['workflow-import', text.value, mapping.value]),
    queryFn: ({ signal }) => previewImport({ text: text.value, mapping: mapping.value }, signal),
    enabled: computed(() => text.value !== ''),
    // The rows stay while the answer to a choice is on its way.
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  })
  const preview = computed(() => (text.value === '' ? undefined : query.data.value))
  const plan = computed(() => (preview.value?.readable ? preview.value : null))
  const doing = useMutation({
    mutationFn: () =>
      importWorkflow({
        text: text.value,
        mapping: mapping.value,
        acceptsUnsigned: accepted.value,
        ...(name.value.trim() !== '' && { name: name.value.trim() }),
      }),
    onSuccess: (reply) => {
      void refresh()
      onDone(reply)
    },
  })

  return {
    text,
    name,
    accepted,
    preview,
    plan,
    isReading: query.isFetching,
    failure: computed(() => query.error.value ?? doing.error.value),
    isDoing: doing.isPending,
    submit: () => doing.mutate(),
    open: (content: string) => {
      chosen.value = new Map()
      accepted.value = false
      name.value = ''
      doing.reset()
      text.value = content
    },
    choose: ({ kind, name: named, language }: ReferenceView, choice: ReferenceChoice) => {
      const one = { kind, name: named, language, choice }
      chosen.value = new Map([...chosen.value, [referenceKey(one), one]])
    },
    isReady: computed(
      () =>
        plan.value !== null &&
        !query.isFetching.value &&
        (plan.value.signature === 'own' || accepted.value),
    ),
  }
}
