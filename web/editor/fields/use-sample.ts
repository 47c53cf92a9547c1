// How a text with placeholders would read, with made-up values for everything that is known at the state.

import { computed, type Ref } from 'vue'
import { compileTemplate } from '#machines/expression/template.ts'
import type { Completion } from '../../checker/checking.ts'
import { useSession } from '../../state/session.ts'
import { sampleScope, withNamesOf } from './sample-scope.ts'

export type Rendered = { text: string; error: null } | { text: null; error: string }

export function useSample(completions: Readonly<Ref<readonly Completion[]>>) {
  const { zone } = useSession()
  const scope = computed(() =>
    sampleScope(completions.value, { now: new Date().toISOString(), zone: zone.value }),
  )

  function render(source: string): Rendered {
    try {
      const own = withNamesOf(scope.value, source)
      return { text: compileTemplate(source).render(own), error: null }
    } catch (error) {
      return { text: null, error: error instanceof Error ? error.message : String(error) }
    }
  }

  return { render }
}
