/**
 * Why a message is refused by ingest, for its sender: which field, Segment's name for it (or ours
 * where Segment has none), and what to do. `message` holds no value of the event.
 */
export interface Problem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}
