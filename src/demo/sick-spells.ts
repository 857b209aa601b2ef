/** Makes a service unwell now and then, by the clock. */

/** Shares of a cycle: well at first, then unwell, then well again for the rest. */
const FIRST_SPELL_AT = 0.25;
const SPELL_LENGTH = 5 / 12;

export interface Patient {
  well: boolean;
}

/** Begins a spell every `cycle` ms, the first one early, so that nobody waits long for it. Returns how to end it all. */
export function startSickSpells(patient: Patient, cycle: number): () => void {
  let timer: NodeJS.Timeout;
  const fallIll = () => {
    patient.well = false;
    timer = setTimeout(recover, cycle * SPELL_LENGTH);
  };
  const recover = () => {
    patient.well = true;
    timer = setTimeout(fallIll, cycle * (1 - SPELL_LENGTH));
  };
  timer = setTimeout(fallIll, cycle * FIRST_SPELL_AT);
  return () => clearTimeout(timer);
}
