/** Words of this house alone, wherever people read, with what is said instead. */
export const houseWords: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bdoors?\b/i, 'ingest, a route, a request parser'],
  [/\bfates?\b/i, 'outcome'],
  [/\b(?:un)?bur(?:y|ied|ial)\b/i, 'dead letter: put, retract'],
  [/\brevives?\b/i, 'redrive'],
  [/\bparcels?\b/i, 'queue entries'],
  [/\bburdens?\b/i, 'size'],
  [/\bmisfits?\b/i, 'type mismatch'],
  [/\brulings?\b/i, 'error rule'],
  [/\bsleepers\b/i, 'timers'],
  [/\bput(?:s|ting)? aside\b/i, 'reject, rejection'],
  [/\b(?:comeBack|putOff|callUp|needAt|dueAt)\b/, 'retryAt, nextAt'],
  [/\bnone of ours\b/i, 'say what it is'],
];

/** On pages only: in code, room is what is left of a limit, and a slot is what a rule of the mapping fills. */
export const houseWordsOfPages: typeof houseWords = [
  ...houseWords,
  [/\brooms?\b/i, 'folder'],
  [/\bslots?\b/i, 'permit'],
];
