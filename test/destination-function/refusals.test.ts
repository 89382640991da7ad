import { describe, expect, it } from 'vitest';
import { answering, failureOf, load, serveIngest } from './support.ts';

const { onBatch, onIdentify, onPage } = load();
const page = { type: 'page', userId: 'u1', messageId: 'm1' };
const identify = { ...page, type: 'identify' };

describe('an event that the door refuses', () => {
  it('is an invalid payload, and the error says what is wrong without its values', async () => {
    const { settings } = await serveIngest();
    const failure = await failureOf(
      onIdentify({ ...identify, traits: 'ada@example.com' }, settings),
    );
    expect(failure).toBe('InvalidEventPayload: refused: traits_not_object (traits)');
  });

  it('is an invalid payload where it is too large', async () => {
    const { settings } = await serveIngest();
    const failure = await failureOf(
      onIdentify({ ...identify, traits: { x: 'x'.repeat(33_000) } }, settings),
    );
    expect(failure).toBe('InvalidEventPayload: refused: event_too_large (message)');
  });

  it('is an invalid payload where something before the door finds it too large', async () => {
    const { door: ingest, settings } = await serveIngest();
    ingest.instead = answering(413, '{"message":"Request Entity Too Large"}');
    const failure = await failureOf(onPage(page, settings));
    expect(failure).toBe('InvalidEventPayload: refused: http-413 (batch)');
  });

  it('is an invalid payload where it is no object', async () => {
    const { settings } = await serveIngest();
    expect(await failureOf(onPage(null, settings))).toMatch(
      /^InvalidEventPayload: .*no_user_anon_id/,
    );
    expect(await onBatch([null, 'x', undefined], settings)).toEqual(
      ['x', 'x', 'x'].map(() => ({ status: 400, errormessage: 'refused: not_object (message)' })),
    );
  });

  it('lets nothing of an answer through but plain words', async () => {
    const { door: ingest, settings } = await serveIngest();
    const error = { index: 0, code: 'ada@example.com is bad', field: 7 };
    ingest.instead = answering(400, JSON.stringify({ success: false, errors: [error, null] }));
    const failure = await failureOf(onPage(page, settings));
    expect(failure).toBe('InvalidEventPayload: refused: unnamed (unnamed)');
  });
});

describe('a setting that does not fit', () => {
  it('is named where the write key is refused', async () => {
    const { sent, settings } = await serveIngest();
    const failure = await failureOf(onPage(page, { ...settings, writeKey: 'another' }));
    expect(failure).toMatch(/^ValidationError: .*setting writeKey.*401/);
    expect(sent).toEqual([]);
  });

  it('is named where the endpoint leads elsewhere', async () => {
    const { settings } = await serveIngest();
    const failure = await failureOf(
      onPage(page, { ...settings, endpoint: `${settings.endpoint}/v1` }),
    );
    expect(failure).toMatch(/^ValidationError: .*setting endpoint.*404/);
  });

  it('is looked for in both where the way is barred', async () => {
    const { door: ingest, settings } = await serveIngest();
    ingest.instead = answering(403, '{"message":"Forbidden"}');
    expect(await failureOf(onPage(page, settings))).toMatch(
      /^ValidationError: .*endpoint and writeKey.*403/,
    );
  });

  it('drops the events of a batch, each with the reason', async () => {
    const { settings } = await serveIngest();
    const statuses = await onBatch([page, page], { ...settings, writeKey: 'another' });
    expect(statuses).toEqual([
      { status: 400, errormessage: expect.stringContaining('writeKey') as string },
      { status: 400, errormessage: expect.stringContaining('writeKey') as string },
    ]);
  });

  it.each([
    ['endpoint', undefined],
    ['endpoint', '   '],
    ['endpoint', 42],
    ['endpoint', 'api.secret.example'],
    ['endpoint', 'http://api.secret.example'],
    ['endpoint', 'http://localhost.secret.example'],
    ['endpoint', 'https://'],
    ['endpoint', 'https://user:secret@api.example'],
    ['endpoint', 'https://api.example/?secret'],
    ['endpoint', 'https://api.example\\secret'],
    ['writeKey', undefined],
    ['writeKey', ''],
    ['writeKey', ['secret']],
    ['writeKey', 'two secrets'],
    ['writeKey', 'secret\r\nx-more: y'],
    ['writeKey', 'secrét'],
  ])('(%s %j) is named before anything is sent, and not repeated', async (name, value) => {
    const { seen, settings } = await serveIngest();
    const wrong = { ...settings, [name]: value };
    const failures = [
      await failureOf(onPage(page, wrong)),
      await failureOf(onBatch([page], wrong)),
    ];
    for (const failure of failures) {
      expect(failure).toMatch(new RegExp(`^ValidationError: the setting ${name} must be`));
      expect(failure).not.toMatch(/secr/);
    }
    expect(seen).toEqual([]);
  });

  it('may be that there are no settings at all', async () => {
    expect(await failureOf(onPage(page, undefined))).toMatch(
      /^ValidationError: the setting endpoint/,
    );
  });
});
