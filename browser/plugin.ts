import { isConsentUpdate } from '../lambdas/segment/consent.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { asObject } from '../lambdas/segment/json.ts';
import { optedOut } from '../lambdas/segment/optOut.ts';
import { check } from './check.ts';
import { isGranted } from './consent.ts';
import { browserLimits } from './limits.ts';
import { Because, warn } from './log.ts';
import { passed } from './middleware.ts';
import { version } from '../lambdas/version.ts';
import { makeCookie, munchkin, visit } from './munchkin.ts';
import { sendToServer } from './sendToServer.ts';
import { start } from './start.ts';
import { visitOf } from './visit.ts';
import { checkOptOut } from './visitor.ts';
import type * as face from './marketo.d.ts';
import type { Started } from './start.ts';

type OwnIdentify = Extract<face.MarketoOptions['identify'], CallableFunction>;

export const marketo: typeof face.marketo = (given) => {
  // A copy, of whatever a page without types has given.
  const options = { ...given };
  const middlewares: face.MarketoMiddleware[] = [];
  let started: Started | undefined;
  let waiting = 0;
  let refusals = 0;

  const send = async (event: JsonObject, all: Started, mayStill: () => void): Promise<void> => {
    const { identify } = options;
    const isVisit = event.type !== 'identify';
    if (!isVisit && typeof identify !== 'function') {
      // Before the cookie is awaited: with `cookieAnon: false` nothing else makes it.
      all.munchkin.then(makeCookie, () => undefined);
      await all.cookie;
      mayStill();
      return sendToServer(event, options, mayStill);
    }
    await all.munchkin;
    mayStill();
    if (isVisit) visit(visitOf(event));
    else await (identify as OwnIdentify)(event, options);
  };

  const deliver = async (context: face.MarketoContext): Promise<void> => {
    // As it is now, and as JSON: the page may change it, or put there what no event can carry.
    const copy = JSON.parse(JSON.stringify(context.event)) as JsonObject;
    if (!isGranted(copy, options)) {
      refusals += 1;
      // Who was followed on this page may have something waiting there. Of others nobody is told.
      if (started && options.writeKey && isConsentUpdate(copy.event))
        await sendToServer(copy, options);
      throw new Because('there is no consent');
    }
    const event = await passed(copy, middlewares);
    if (optedOut(asObject(event.integrations))) throw new Because('integrations keep it away');
    const all = (started ??= start(options, context));
    if (isConsentUpdate(event.event)) return;
    if (waiting >= browserLimits.calls) throw new Because('too many calls wait');
    const before = refusals;
    const mayStill = (): void => {
      checkOptOut(location.search);
      if (refusals > before) throw new Because('the consent was withdrawn');
    };
    waiting += 1;
    try {
      await all.consent;
      await send(event, all, mayStill);
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

  /** Tells whoever else gets this event that its visit is sent from here, so that none comes twice. */
  const mark = <C extends face.MarketoContext>(context: C): C => {
    const event = context.event as { -readonly [K in keyof JsonObject]: JsonObject[K] };
    const integrations = asObject(event['integrations']);
    if (!optedOut(integrations) && isGranted(event, options) && !started?.isLost())
      event['integrations'] = {
        ...integrations,
        Marketo: { ...asObject(integrations?.Marketo), visited: true },
      };
    return context;
  };

  const isLoaded = (): boolean => !!munchkin();
  return {
    name: 'Marketo',
    type: 'destination',
    version,
    isLoaded,
    load: async (_context, analytics) => {
      check(options);
      // It is looked at with the first call only: until then its rejection is nobody's.
      Promise.resolve(options.consent).catch(() => undefined);
      await analytics?.register({
        name: 'Marketo visits',
        type: 'enrichment',
        version,
        isLoaded,
        load: () => Promise.resolve(),
        page: mark,
        track: mark,
      });
    },
    addMiddleware: (...more) => {
      middlewares.push(...more);
    },
    page: hook,
    track: hook,
    identify: hook,
  };
};
