/**
 * A stand-in for Munchkin's tracker, with its interface, its cookies and its requests, which go where
 * this script comes from. It is the version that stands in its path (`/160/munchkin.js`): until 160
 * it takes associateLead, from 161 on that does nothing at all. It follows no clicks.
 */
(() => {
  const { origin, pathname } = new URL(document.currentScript.src);
  const version = Number(/\d+/.exec(pathname)?.[0]);
  const keepSeconds = 730 * 24 * 3600;
  let munchkinId;
  let token;

  const cookie = (name) => {
    const found = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`));
    return found === undefined ? '' : decodeURIComponent(found.slice(name.length + 1));
  };
  const keep = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=${keepSeconds}`;
  };

  const newToken = () => {
    const end =
      version > 160
        ? crypto.randomUUID().replaceAll('-', '')
        : `${Date.now()}-${10_000 + Math.floor(Math.random() * 90_000)}`;
    return `_mch-${location.hostname}-${end}`;
  };

  const isSilent = () =>
    token === undefined ||
    cookie('mkto_opt_out') === 'id:true' ||
    location.protocol === 'file:' ||
    /bot|crawl|spider/i.test(navigator.userAgent);

  /** Everything stands in the query, in Munchkin's order; the body of the POST is empty. */
  const send = (event, about) => {
    if (isSilent()) return;
    const parameters = {
      _mchNc: Date.now(),
      ...about,
      _mchId: munchkinId,
      _mchTk: token,
      _mchHo: location.hostname,
      _mchPo: location.port,
      _mchPc: location.protocol,
      _mchVr: version,
      _mchEcid: '',
      _mchRe: document.referrer,
    };
    const query = Object.entries(parameters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    navigator.sendBeacon(`${origin}/webevents/${event}?${query.join('&')}`);
  };

  const functions = {
    visitWebPage: ({ url, params, name }) => {
      send('visitWebPage', { _mchRu: url, _mchQp: params || undefined, _mchCn: name });
    },
    associateLead: (attributes, hash) => {
      if (version > 160) return;
      const named = Object.entries(attributes).map(([name, value]) => [`_mchAt${name}`, value]);
      send('associateLead', { ...Object.fromEntries(named), _mchKy: hash });
    },
  };
  const munchkinFunction = (name, ...given) => functions[name]?.(...given);

  let makesCookies = true;

  /** Makes the cookie where there is none; with `cookieAnon: false` only when forced. */
  const createTrackingCookie = (forced) => {
    const [, kept] = /^id:[^&]*&token:(.+)$/.exec(cookie('_mkto_trk')) ?? [];
    const mayMake = (makesCookies || forced === true) && cookie('mkto_opt_out') !== 'id:true';
    if (munchkinId === undefined || (kept === undefined && !mayMake)) return;
    token = kept ?? newToken();
    const whole = `id:${munchkinId}&token:${token}`;
    keep('_mkto_trk', version > 160 ? encodeURIComponent(whole) : whole);
  };

  const init = (id, { apiOnly = false, cookieAnon = true } = {}) => {
    if (munchkinId !== undefined) return;
    munchkinId = id;
    makesCookies = cookieAnon;
    const [, optOut] = /[?&]marketo_opt_out=(true|false)(&|$)/.exec(location.search) ?? [];
    if (optOut === 'true') keep('mkto_opt_out', 'id:true');
    if (optOut === 'false') document.cookie = 'mkto_opt_out=; path=/; max-age=0';
    createTrackingCookie();
    if (apiOnly || token === undefined) return;
    const query = location.search.slice(1).replaceAll('&', '__-__');
    functions.visitWebPage({ url: location.pathname, params: query });
  };

  const all = { init, munchkinFunction, createTrackingCookie };
  window.MunchkinTracker = all;
  window.Munchkin ??= all;
  window.mktoMunchkin = init;
  window.mktoMunchkinFunction = munchkinFunction;
})();
