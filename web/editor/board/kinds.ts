// The kinds of states as people are offered them: in groups, found by typing. Pure.

import { NODE_KINDS } from '#machines/nodes/registry.ts'
import type { WordsFor } from '../../canvas/words.ts'
import type { Option } from './matching.ts'

export const KIND_GROUPS = [
  'whatsapp',
  'messages',
  'email',
  'ai',
  'data',
  'waits',
  'decisions',
  'structure',
] as const
export type KindGroup = (typeof KIND_GROUPS)[number]

/** By type, or by the part of it before the first dot. */
const GROUP_OF: Readonly<Record<string, KindGroup>> = {
  whatsapp: 'whatsapp',
  message: 'messages',
  ask: 'messages',
  email: 'email',
  ai: 'ai',
  delay: 'waits',
  wait: 'waits',
  if: 'decisions',
  switch: 'decisions',
  experiment: 'decisions',
  intent: 'decisions',
  business: 'decisions',
  group: 'structure',
  parallel: 'structure',
  loop: 'structure',
  interrupt: 'structure',
  subflow: 'structure',
  goto: 'structure',
  end: 'structure',
}

export function groupOf(type: string): KindGroup {
  return GROUP_OF[type] ?? GROUP_OF[type.split('.')[0] ?? ''] ?? 'data'
}

/** A name among others of its group, whose title says the channel. */
export function nameInGroup({ title, group }: { title: string; group: KindGroup }): string {
  return group === 'whatsapp' ? title.replace(/ (?:no|do|on|from) WhatsApp$/, '') : title
}

export interface KindOption extends Option {
  icon: string
  group: KindGroup
}

/** Every kind, group by group, in the order in which the registry offers them. */
export function kindOptions({ t, named, locale }: WordsFor): KindOption[] {
  const options = NODE_KINDS.map(({ type, icon, description }): KindOption => {
    const name = named(`kinds.${type.replaceAll('.', '_')}`, description[locale])
    return {
      id: type,
      title: type === 'end' ? t('canvas.end') : name,
      detail: description[locale],
      // Who knows the other language or the document finds it, too.
      also: [type, ...Object.values(description)].join(' '),
      icon,
      group: groupOf(type),
    }
  })
  return KIND_GROUPS.flatMap((group) => options.filter((option) => option.group === group))
}
