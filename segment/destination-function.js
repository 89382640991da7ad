/**
 * Hands Segment's events to a marketo-destination. To be pasted into the editor of a Destination
 * Function in Segment; docs/destination-function.md says how.
 *
 * Settings:
 *   endpoint  the address of the API, as the deployment printed it (ApiUrl): https://…, without /v1
 *   writeKey  a write key of the deployment (encrypted)
 */

/** The endpoint's limits of one request. */
const mostEvents = 2500;
const mostBytes = 500 * 1024;

/** Segment ends a function after 5 s (its documents), and then learns nothing of what was delivered. */
const timeMs = 4000;
/** A further request starts only while this much of it is left. */
const requestMs = 1000;

// What became of an event: a status as onBatch reports it and, unless it is 200, the error that says
// the same of a single event.
const delivered = { status: 200 };
const toRetry = (why) => ({ status: 500, why, Failure: RetryError });
const refused = (why) => ({ status: 400, why, Failure: InvalidEventPayload });
const misconfigured = (why) => ({ status: 400, why, Failure: ValidationError });
const useless = (type) => ({
  status: 400,
  why: `Marketo has no use for ${type} calls`,
  Failure: EventNotSupported,
});

/** Reads the settings. Throws a ValidationError that names the one that cannot be used. */
function targetOf(settings) {
  const { endpoint, writeKey } = settings ?? {};
  const address = typeof endpoint === 'string' ? endpoint.trim() : '';
  // Plain http only to the machine that this runs on: the key and the events travel in clear there.
  const isAddress =
    /^(https:\/\/[^\s/?#@\\]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^\s?#@\\]*)?$/i;
  if (!isAddress.test(address)) {
    throw new ValidationError(
      'the setting endpoint must be the address of the API: https:// and a host, as the deployment printed it',
    );
  }
  const key = typeof writeKey === 'string' ? writeKey.trim() : '';
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ValidationError(
      'the setting writeKey must be a write key of the deployment: printable characters without blanks',
    );
  }
  return { url: `${address.replace(/\/+$/, '')}/v1/batch`, authorization: `Bearer ${key}` };
}

/**
 * An event as it is sent. Segment has corrected its timestamp by the sender's clock already; with
 * sentAt the endpoint would do it again, and the time in Segment's queues would count as clock error.
 * The key of the source is nobody else's business.
 */
function jsonOf(event) {
  if (event === null || typeof event !== 'object') return JSON.stringify(event ?? null);
  const timestamp = event.timestamp ?? event.receivedAt ?? event.originalTimestamp;
  const left = { originalTimestamp: undefined, sentAt: undefined, writeKey: undefined };
  return JSON.stringify({ ...event, ...left, timestamp });
}

/** At least the bytes of a text in UTF-8: no UTF-16 unit takes more than three. */
const bytesOf = (text) => text.replace(/[\u0080-\uffff]/g, '???').length;

/** Divides events, in their order, into as few requests as the limits allow. */
function partsOf(entries) {
  const parts = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const more = bytesOf(entry.json) + 1;
    if (bytes + more > mostBytes || parts.at(-1).length === mostEvents) {
      parts.push([]);
      bytes = '{"batch":[]}'.length;
    }
    parts.at(-1).push(entry);
    bytes += more;
  }
  return parts;
}

/** A plain word (a code, a field's name): nothing else of an answer or an error is repeated. */
const wordOf = (value) =>
  typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : 'unnamed';

const problemOf = ({ code, field }) => refused(`refused: ${wordOf(code)} (${wordOf(field)})`);

/** The object in an answer's JSON; an empty one where there is none. */
function objectIn(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * What an answer means: `{ all }`, the same for every event of the request and of those after it;
 * `{ each(place) }`, for each by its place; or `{ whole }`, a refusal that names no event.
 */
function meaningOf(status, text) {
  if (status === 401) {
    return { all: misconfigured('the endpoint refuses the setting writeKey (HTTP 401)') };
  }
  if (status === 403) {
    const why = 'the endpoint refuses Segment: check the settings endpoint and writeKey (HTTP 403)';
    return { all: misconfigured(why) };
  }
  if (status === 404) {
    const why = 'the setting endpoint leads to no marketo-destination: leave out /v1 (HTTP 404)';
    return { all: misconfigured(why) };
  }
  const said = objectIn(text);
  const isDelivered = status === 200 && said.success === true;
  const isRefused = status === 413 || (status === 400 && said.success === false);
  if (!isDelivered && !isRefused) {
    return { all: toRetry(`no answer of a marketo-destination (HTTP ${status})`) };
  }
  const listed = Array.isArray(said.errors) ? said.errors : undefined;
  if (isRefused && !listed) {
    return {
      whole: problemOf({ code: said.code ?? `http-${status}`, field: said.field ?? 'batch' }),
    };
  }
  const errors = new Map(listed?.map((error) => [error?.index, error]));
  const rest = isDelivered ? delivered : toRetry(`not accepted with the others (HTTP ${status})`);
  return { each: (place) => (errors.has(place) ? problemOf(errors.get(place)) : rest) };
}

/** Sends the events of one request. Resolves to what its answer means, and never rejects. */
async function post(part, { url, authorization }, leftMs) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: `{"batch":[${part.map(({ json }) => json).join()}]}`,
      // Following one would hand the key to another host.
      redirect: 'manual',
      // An option of node-fetch, which is what Segment runs; others pass over it.
      timeout: leftMs,
    });
    return meaningOf(response.status, await response.text());
  } catch (error) {
    const code = wordOf(error?.code ?? error?.cause?.code ?? error?.type);
    return { all: toRetry(`no answer from the endpoint (${code})`) };
  }
}

/**
 * Delivers events in their order. Resolves to what became of each. Where one request fails for all,
 * those after it are not made: their events share its outcome, and no later one overtakes an earlier.
 */
async function deliver(events, settings) {
  const target = targetOf(settings);
  const deadline = Date.now() + timeMs;
  const outcomes = events.map((event) =>
    ['alias', 'screen'].includes(event?.type) ? useless(event.type) : undefined,
  );
  const entries = events.map((event, index) => ({ index, json: jsonOf(event) }));
  const parts = partsOf(entries.filter(({ index }) => !outcomes[index]));
  let failure;
  for (let part = parts.shift(); part; part = parts.shift()) {
    const leftMs = deadline - Date.now();
    if (leftMs < requestMs) failure ??= toRetry('out of time; not sent yet');
    const { all, each, whole } = failure ? { all: failure } : await post(part, target, leftMs);
    failure = all;
    if (whole && part.length > 1) {
      const half = Math.ceil(part.length / 2);
      parts.unshift(part.slice(0, half), part.slice(half));
      continue;
    }
    part.forEach(({ index }, place) => {
      outcomes[index] = all ?? whole ?? each(place);
    });
  }
  return outcomes;
}

/** Tells Segment what became of a single event: throws unless it is delivered. */
function settle({ why, Failure }) {
  if (Failure) throw new Failure(why);
}

async function deliverOne(type, event, settings) {
  const [outcome] = await deliver([{ type, ...event }], settings);
  settle(outcome);
}

async function onIdentify(event, settings) {
  await deliverOne('identify', event, settings);
}

async function onTrack(event, settings) {
  await deliverOne('track', event, settings);
}

async function onPage(event, settings) {
  await deliverOne('page', event, settings);
}

async function onScreen() {
  settle(useless('screen'));
}

async function onGroup(event, settings) {
  await deliverOne('group', event, settings);
}

async function onAlias() {
  settle(useless('alias'));
}

/** Removes what the endpoint holds of that user; the lead in Marketo stays. */
async function onDelete(event, settings) {
  await deliverOne('delete', event, settings);
}

/** Answers one `{ status, errormessage }` an event: 200 delivered, 400 dropped, 500 sent again. */
async function onBatch(events, settings) {
  const outcomes = await deliver(events, settings);
  return outcomes.map(({ status, why }) => (why ? { status, errormessage: why } : { status }));
}
