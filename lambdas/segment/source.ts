/**
 * Who can know a key: `server` keys stand on servers alone; `browser` keys stand in pages and apps,
 * where everybody can read them.
 */
export type SourceKind = 'server' | 'browser';

/** Who sent an event, as the ingest secret names it. Never the key itself. */
export interface Source {
  readonly name: string;
  readonly kind: SourceKind;
}

/** What an event counts as that says nothing of its source: one from before sources had kinds. */
export const unknownKind: SourceKind = 'browser';
