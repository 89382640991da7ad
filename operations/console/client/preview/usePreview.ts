import { useEffect, useState } from 'preact/hooks';
import type { PreviewQuery, PreviewView } from '../../../views.ts';
import { ask, AskError } from '../api.ts';
import { pageTiming } from '../timing.ts';

/** The event in a text, or why there is none. */
export const eventIn = (
  text: string,
): { readonly event: PreviewQuery['event'] } | { readonly wrong: string } => {
  try {
    return { event: JSON.parse(text) as PreviewQuery['event'] };
  } catch (error) {
    const { message } = error as Error;
    return { wrong: `This is not JSON yet: ${message}` };
  }
};

interface Previewed {
  readonly view?: PreviewView;
  readonly failure?: AskError;
}

/** The preview of what stands in the fields, a moment after the last key. The last one stays until then. */
export const usePreview = (query: PreviewQuery | undefined): Previewed => {
  const [previewed, setPreviewed] = useState<Previewed>({});
  const text = JSON.stringify(query);
  useEffect(() => {
    if (query === undefined) return undefined;
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      try {
        const view = await ask<PreviewView>('preview', query, stopped.signal);
        if (!stopped.signal.aborted) setPreviewed({ view });
      } catch (error) {
        if (stopped.signal.aborted) return;
        const failure = error instanceof AskError ? error : new AskError('unusable', String(error));
        setPreviewed((before) => ({ ...before, failure }));
      }
    };
    const timer = setTimeout(() => void look(), pageTiming.typedMs);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [text]);
  return previewed;
};
