import { browserLimits } from './limits.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { asObject } from '../lambdas/segment/json.ts';
import { optedOut } from '../lambdas/segment/optOut.ts';
import { associateLead } from './associateLead.ts';
import { check } from './check.ts';
import { Because, warn } from './log.ts';
import { callMunchkin, munchkin } from './munchkin.ts';
import { serverIdentify } from './serverIdentify.ts';
import { start } from './start.ts';
import { visitOf } from './visit.ts';
import { checkOptOut } from './visitor.ts';
import type * as face from './marketo.d.ts';
import type { Started } from './start.ts';

export const marketo: typeof face.marketo = (given) => {
  // A copy, of whatever a page without types has given.
  const options = { ...given };
  let started: Started | undefined;
  let waiting = 0;

  const begin = (context: face.MarketoContext): Started => {
    check(options);
    return (started ??= start(options, context));
  };

  const send = async (event: JsonObject, all: Started): Promise<void> => {
    const isIdentify = event.type === 'identify';
    const byServer = isIdentify && options.identify !== 'associateLead';
    await (byServer ? all.cookie : all.munchkin);
    checkOptOut(location.search);
    if (byServer) await serverIdentify(event, options);
    else if (isIdentify) await associateLead(event, options);
    else callMunchkin('visitWebPage', visitOf(event));
  };

  const deliver = async (context: face.MarketoContext): Promise<void> => {
    // As it is now, and as JSON: the page may change it, or put there what no event can carry.
    const event = JSON.parse(JSON.stringify(context.event)) as JsonObject;
    if (optedOut(asObject(event.integrations))) throw new Because('integrations keep it away');
    const all = begin(context);
    if (waiting >= browserLimits.calls) throw new Because('too many calls wait');
    waiting += 1;
    try {
      await all.consent;
      await send(event, all);
    } finally {
      waiting -= 1;
    }
  };

  const hook = <C extends face.MarketoContext>(context: C): C => {
    deliver(context).catch((error: unknown) => {
      warn(context, error);
    });
    return context;
  };

  return {
    name: 'Marketo',
    type: 'destination',
    version: '0.1.0',
    isLoaded: () => munchkin() !== undefined,
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must be a rejection
    load: async (context) => {
      begin(context);
    },
    page: hook,
    track: hook,
    identify: hook,
  };
};
