import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../lambdas/segment/event.ts';

/** How the request of one SDK looks, as its public source code writes it. */
export interface Shape {
  readonly sdk: string;
  /** The version, or the commit where the source names none, that was looked at. */
  readonly seen: string;
  readonly path: string;
  readonly auth: 'Basic' | 'body' | 'Basic and body';
  /** What its users set, as code; `<host>` is theirs. */
  readonly set: string;
  readonly gzip?: true;
  readonly chunked?: true;
  /** All but `Authorization` and `Content-Encoding`, which follow from the above. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the SDK puts around its events, with its way to write the time; without the write key. */
  readonly around: JsonObject;
  /** One event of `userId` u-1 or `anonymousId` a-1, with the SDK's way to write what is absent. */
  readonly event: JsonObject;
  /** What ingest makes of it: who it is, and how long before `sentAt` it happened. */
  readonly who: { readonly userId?: string; readonly anonymousId?: string };
  readonly agoMs: number;
}

/**
 * One row an SDK. All send at 10:00 UTC by their own clock what happened a little before: the dates
 * differ in their decimals (none to nine), their zone and in what the language rounds away.
 */
export const shapes = JSON.parse(
  readFileSync(join(import.meta.dirname, 'shapes.json'), 'utf8'),
) as readonly Shape[];
