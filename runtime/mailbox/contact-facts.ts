// A contact's facts with what it agreed to: left out where nothing is known.

import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'

/** The facts with these consents over those that they have. */
export function factsWith(facts: ContactFacts, consents: Consents): ContactFacts {
  const all = { ...facts.consents, ...consents }
  return Object.keys(all).length === 0 ? facts : { ...facts, consents: all }
}
