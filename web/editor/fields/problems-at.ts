// Which problems of the draft belong to which field of a form.

import type { Diagnostic } from '#machines/contracts/api.ts'
import type { ShownPlace } from './form-context.ts'

/** True for the path itself and for what is inside it: `.buttons` holds `.buttons[0].title`, not `.buttonsX`. */
export function isInside(path: string, holder: string): boolean {
  if (!path.startsWith(holder)) return false
  const rest = path.slice(holder.length)
  return rest === '' || rest.startsWith('.') || rest.startsWith('[')
}

/** @param base JSON path of the node: `$.nodes[3]`; `path` inside it: `.text` */
export function problemsAt(
  problems: readonly Diagnostic[],
  { base, path, extent }: ShownPlace & { base: string },
): Diagnostic[] {
  const at = base + path
  return problems.filter((problem) =>
    extent === 'here' ? problem.path === at : isInside(problem.path, at),
  )
}

/** Problems of the node that no field of the form shows. */
export function problemsBeside(
  problems: readonly Diagnostic[],
  base: string,
  shown: readonly ShownPlace[],
): Diagnostic[] {
  const isShown = (path: string): boolean =>
    shown.some((place) =>
      place.extent === 'here' ? path === base + place.path : isInside(path, base + place.path),
    )
  return problems.filter(({ path }) => isInside(path, base) && !isShown(path))
}
