// Station 5 for a batch: each contact's envelopes in order through the pure actor. A contact that throws stops only itself.

import { receive } from '#actors/contact-actor.ts'
import type { Library } from '#actors/library.ts'
import { type ContactState, restoreContactState } from '#actors/snapshot.ts'
import type { JournalEntry, Step } from '#actors/step.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { MAX_JOURNAL_BYTES, MAX_SNAPSHOT_BYTES } from '#machines/contracts/limits.ts'
import type { Batch, ClaimedEnvelope, ContactWork } from './claim-batch.ts'

export interface WorkedContact {
  work: ContactWork
  /** One Step per applied envelope, in order. */
  steps: Step[]
  /** The journal entry of each Step as JSON; bytes, because texts that live as long as a batch are copied by every collection. */
  entries: Buffer[]
  /** Mailbox rows that the Steps consume. */
  consumed: number[]
  /** After the last Step; null when there is none. */
  state: ContactState | null
  /** That state as JSON. */
  stateText: Buffer
  /** The envelope that could not be applied, and why. */
  poison: { envelope: ClaimedEnvelope; reason: string } | null
}

/** Applies the batch; never throws for what one contact's envelope does. */
export function workBatch(batch: Batch, libraryOf: (tenantId: string) => Library): WorkedContact[] {
  return batch.contacts.map((work) => workContact(work, batch.now, libraryOf(work.tenantId)))
}

/** The contact as if only its first envelopes had come. */
export function firstSteps(contact: WorkedContact, count: number): WorkedContact {
  return endWork({
    ...contact,
    steps: contact.steps.slice(0, count),
    entries: contact.entries.slice(0, count),
    consumed: contact.consumed.slice(0, count),
    poison: null,
  })
}

function workContact(work: ContactWork, now: string, library: Library): WorkedContact {
  const worked = createWork(work)
  let state: ContactState | null = null
  for (const claimed of work.envelopes) {
    try {
      const before = state ?? (work.stored === null ? null : restoreContactState(work.stored))
      const step = receive(before, claimed.envelope, { now, library })
      const entry = Buffer.from(entryText(step.journal, claimed.text))
      if (entry.length > MAX_JOURNAL_BYTES) throw new FluxoError('JOURNAL_TOO_LARGE')
      worked.entries.push(entry)
      claimed.text = ''
      worked.steps.push(step)
      worked.consumed.push(claimed.id)
      state = step.state
    } catch (error) {
      worked.poison = { envelope: claimed, reason: reasonOf(error) }
      break
    }
  }
  return withinSize(endWork(worked))
}

/** A contact that has grown too large keeps what it did before it was, and stops at the envelope that made it so. */
function withinSize(worked: WorkedContact): WorkedContact {
  const { steps, stateText, work } = worked
  if (stateText.length <= MAX_SNAPSHOT_BYTES) return worked
  const count = steps.findIndex(({ state }) => bytesOf(state).length > MAX_SNAPSHOT_BYTES)
  const envelope = work.envelopes[count]
  const reason = reasonOf(new FluxoError('SNAPSHOT_TOO_LARGE'))
  return { ...firstSteps(worked, count), poison: envelope ? { envelope, reason } : null }
}

function bytesOf(state: ContactState): Buffer {
  return Buffer.from(JSON.stringify(state))
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error instanceof FluxoError ? error.code : error.name}: ${error.message}`
}

const NOTHING = Buffer.alloc(0)

function createWork(work: ContactWork): WorkedContact {
  return {
    work,
    steps: [],
    entries: [],
    consumed: [],
    state: null,
    stateText: NOTHING,
    poison: null,
  }
}

function endWork(worked: WorkedContact): WorkedContact {
  const state = worked.steps.at(-1)?.state ?? null
  return { ...worked, state, stateText: state ? bytesOf(state) : NOTHING }
}

/** The envelope, which is most of it, was JSON already. */
function entryText({ seq, at, envelope: _text, ...rest }: JournalEntry, envelope: string): string {
  return `{"seq":${seq},"at":"${at}","envelope":${envelope},${JSON.stringify(rest).slice(1)}`
}
