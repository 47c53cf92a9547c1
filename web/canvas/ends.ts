// Nodes of type `end` are drawn as one: the end of the run. Pure.

import type { WalkedPath } from '../api/journal.ts'
import { END_ID } from './route.ts'

/** Ids of the nodes of type `end` in any document. */
export function endsOf(document: unknown): Set<string> {
  const nodes: unknown = Object(document)['nodes']
  const ends = Array.isArray(nodes) ? nodes.filter((node) => Object(node)['type'] === 'end') : []
  return new Set(ends.map((node) => String(Object(node)['id'])))
}

/** The walk as it is drawn. */
export function drawnWalk(walked: WalkedPath, ends: ReadonlySet<string>): WalkedPath {
  const drawn = (id: string) => (ends.has(id) ? END_ID : id)
  return {
    states: walked.states.map(drawn),
    hops: new Set([...walked.hops].map((hop) => hop.split('>').map(drawn).join('>'))),
    at: walked.at === null ? null : drawn(walked.at),
  }
}
