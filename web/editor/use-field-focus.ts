// The way of the keyboard into the fields of what is selected: to the first of them, or to the one that a problem is about.

import { nextTick } from 'vue'
import type { Ref } from 'vue'
import type { Diagnostic } from '#machines/contracts/api.ts'

const FIELDS = 'input:not([type=hidden]), textarea, select, button, [contenteditable="true"]'

/** What the checker says stands above and below the fields, with buttons of its own. */
const isField = (element: HTMLElement): boolean =>
  !element.matches(':disabled') && element.closest('.field-problems') === null

const fieldsIn = (place: Element | null): HTMLElement[] =>
  [...(place?.querySelectorAll<HTMLElement>(FIELDS) ?? [])].filter(isField)

/** @param fields what holds the form */
export function useFieldFocus(fields: Readonly<Ref<HTMLElement | null>>) {
  return {
    async toFirst(): Promise<void> {
      await nextTick()
      const all = fieldsIn(fields.value)
      const first = all.find((element) => element.closest('.form-body') !== null) ?? all[0]
      first?.focus()
    },
    async to(problem: Diagnostic): Promise<void> {
      await nextTick()
      const inside = fieldOf(problem)
      const places = [...(fields.value?.querySelectorAll<HTMLElement>('[data-field]') ?? [])]
      const nearest = places
        .filter(({ dataset }) => isWithin(inside, dataset['field'] ?? ''))
        .toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]
      const field = fieldsIn(nearest ?? null)[0]
      if (!field) return
      openAround(field)
      field.focus({ preventScroll: true })
      nearest?.scrollIntoView({ block: 'nearest' })
    },
  }
}

/** Inside the node: `.buttons[0].title`; of a problem of the whole node the field that its fix writes. */
function fieldOf({ path, fix }: Pick<Diagnostic, 'path' | 'fix'>): string {
  const inside = path.replace(/^\$\.(?:trigger|nodes\[\d+\])/u, '')
  if (inside !== '') return inside
  const [, written] = /^\/nodes\/\d+\/(\w+)/u.exec(fix?.[0]?.path ?? '') ?? []
  return written === undefined ? '' : `.${written}`
}

const lengthOf = ({ dataset }: HTMLElement): number => dataset['field']?.length ?? 0

function isWithin(path: string, holder: string): boolean {
  return holder !== '' && path.startsWith(holder) && /^(?:$|[.[])/u.test(path.slice(holder.length))
}

function openAround(element: HTMLElement): void {
  for (let part = element.closest('details'); part;) {
    part.open = true
    part = part.parentElement?.closest('details') ?? null
  }
}
