import { looseKey } from './looseKey.ts';

/** Names of traits repeat from event to event. Bounded: at most a megabyte or two. */
const maxRemembered = 5_000;
const rememberedCharacters = 100;
const remembered = new Map<string, string>();

/** `looseKey` of a name, remembered: for the pipeline, which asks again with each event. */
export const rememberedLooseKey = (name: string): string => {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const key = looseKey(name);
  if (name.length > rememberedCharacters) return key;
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(name, key);
  return key;
};
