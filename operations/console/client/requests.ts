import { consoleLimits } from '../../limits.ts';

/** Room for what stands around the ids in a request's body. */
const envelopeBytes = 100;

const bytesOf = (id: string): number => new TextEncoder().encode(JSON.stringify(id)).length + 1;

/** The ids in as few requests as the API takes. */
export const requestsOf = (ids: readonly string[]): readonly (readonly string[])[] => {
  const requests: string[][] = [];
  let bytes = Infinity;
  for (const id of ids) {
    bytes += bytesOf(id);
    const last = requests.at(-1);
    if (
      last &&
      bytes <= consoleLimits.bodyBytes - envelopeBytes &&
      last.length < consoleLimits.ids
    ) {
      last.push(id);
    } else {
      requests.push([id]);
      bytes = bytesOf(id);
    }
  }
  return requests;
};
