/** A part of an event that is there and cannot be read; the event goes on without it. */
export interface Unread {
  readonly field: string;
  /** For people; holds no values. */
  readonly because: string;
}
