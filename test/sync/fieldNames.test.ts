import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const minutes = 60;

/** As Adobe's convention for API names has it, and as people have made them. */
const customFields = ['favoriteColor', 'trialEnds', 'mrr', 'acquisition_url'];

describe.each(apis)('over %s:', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api });
    for (const name of customFields) world.addField({ name, dataType: 'string' });
  });
  afterEach(async () => {
    await world.close();
  });

  /** Marketo does not describe its fields the next times. */
  const silence = (count: number): void => {
    const fault = troubles[api]['noDescription'];
    if (!fault) throw new Error('no such trouble');
    world.inject({ ...fault, count });
  };
  const namesIn = (step: 'refused' | 'superseded' | 'unchanged') =>
    world.stepsOf(step).flatMap(({ fields = [] }) => fields);

  describe('a trait without a standard field', () => {
    it.each([
      ['exactly', { favoriteColor: 'red', trialEnds: 'May', mrr: '9', acquisition_url: 'a' }],
      ['otherwise', { favorite_color: 'red', 'Trial Ends': 'May', MRR: '9', acquisitionUrl: 'a' }],
    ])('reaches the custom field of its letters, spelled %s', async (_, traits) => {
      await world.post(identify(jane, traits));
      await world.run(1 * minutes);
      await world.post(identify(jane, traits));
      await world.run(1 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({
        favoriteColor: 'red',
        trialEnds: 'May',
        mrr: '9',
        acquisition_url: 'a',
      });
      expect(syncsOf(world)).toHaveLength(1);
      expect(namesIn('refused')).toEqual([]);
    });

    it('has one register under all its spellings: the last writer wins, unchanged is not sent', async () => {
      await world.post(identify(jane, { favoriteColor: 'red' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { favorite_color: 'blue' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { 'Favorite Color': 'red' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { FAVORITECOLOR: 'red' }));
      await world.run(1 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ favoriteColor: 'red' });
      expect(syncsOf(world)).toHaveLength(3);
      expect(namesIn('unchanged')).toContain('favoriteColor');
    });

    it('fills each of two fields that differ in underscores, where it is spelled exactly so', async () => {
      world.addField({ name: 'favorite_color', dataType: 'string' });
      await world.post(identify(jane, { mrr: '1' }));
      await world.run(2 * minutes);
      await world.post(identify(jane, { favoriteColor: 'red', favorite_color: 'blue' }));
      await world.run(2 * minutes);
      expect(leadOf(world, jane)?.fields).toMatchObject({
        favoriteColor: 'red',
        favorite_color: 'blue',
      });
    });

    it('is left out under its built name where Marketo has none, and reported once', async () => {
      await world.post(identify(jane, { shoe_size: '43', mrr: '9' }));
      await world.run(1 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ mrr: '9' });
      expect(namesIn('refused')).toEqual(['Shoe_size']);
      expect(world.counted.get('UnknownFields')).toBe(1);
    });
  });

  describe('while Marketo does not say which fields it has', () => {
    it('standard fields go, and what waits goes by itself as soon as it says so', async () => {
      silence(3);
      await world.post(identify(jane, { firstName: 'Jane', favorite_color: 'red', mrr: null }));
      await world.run(5 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ FirstName: 'Jane' });
      expect(world.stepsOf('waiting')).toMatchObject([{ fields: ['Favorite_color'] }]);
      await world.run(60 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ FirstName: 'Jane', favoriteColor: 'red' });
      expect(namesIn('refused')).toEqual([]);
      expect(world.twin.dead.size).toBe(0);
    });

    it('the last writer wins among spellings that turn out to be one field', async () => {
      silence(3);
      await world.post(identify(jane, { favoriteColor: 'red' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { favorite_color: 'blue' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { favoriteColour: 'none', mrr: '1' }));
      await world.run(60 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ favoriteColor: 'blue', mrr: '1' });
      expect(namesIn('superseded')).toEqual(['favoriteColor']);
    });

    it('no lead becomes a dead letter for it', async () => {
      silence(3);
      const emails = Array.from({ length: 20 }, (_, n) => `p${n}@example.com`);
      for (const email of emails) {
        await world.post(identify(email, { firstName: email, mrr: email }));
        await world.run(5);
      }
      await world.run(60 * minutes);
      for (const email of emails)
        expect(leadOf(world, email)?.fields).toEqual({ FirstName: email, mrr: email });
      expect(world.twin.dead.size).toBe(0);
    });
  });

  describe('the userId', () => {
    it('goes nowhere and is complained of nowhere where Marketo has no field for it', async () => {
      await world.post(identify(jane, { mrr: '9' }));
      await world.run(1 * minutes);
      await world.post(identify(jane, { mrr: '9' }));
      await world.run(1 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ mrr: '9' });
      expect(namesIn('refused')).toEqual([]);
      expect(world.counted.get('UnknownFields')).toBeUndefined();
      expect(world.complaints).toEqual([]);
    });

    it('fills the field of its letters, and what came before the field goes along', async () => {
      await world.post(identify(jane, { mrr: '9' }));
      await world.run(1 * minutes);
      world.addField({ name: 'userId', dataType: 'string' });
      await world.run(25 * 60 * minutes);
      await world.post(identify('joe@example.com'));
      await world.run(2 * minutes);
      await world.post(identify(jane, { mrr: '10' }));
      await world.run(2 * minutes);
      expect(leadOf(world, 'joe@example.com')?.fields).toEqual({ userId: 'joe' });
      expect(leadOf(world, jane)?.fields).toEqual({ mrr: '10', userId: 'jane' });
    });
  });
});

describe('with unknownFields: fail', () => {
  it('an update whose custom fields nobody knows yet waits whole for Marketo’s description', async () => {
    const world = await createWorld({ api: 'rest', unknownFields: 'fail' });
    world.inject({ ...troubles.rest['noDescription'], target: 'describe', count: 3 });
    await world.post(
      identify(jane, { plan: 'pro', pants: 'blue' }),
      identify('joe@example.com', { plan: 'a' }),
      identify('ann@example.com', { firstName: 'Ann' }),
    );
    await world.run(5 * minutes);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual(['ann@example.com']);
    await world.run(60 * minutes);
    expect(leadOf(world, 'joe@example.com')?.fields).toEqual({ Plan: 'a' });
    expect(leadOf(world, jane)).toBeUndefined();
    expect([...world.twin.dead.values()]).toMatchObject([
      { because: 'Marketo has no such field: Pants (setting unknownFields: fail)' },
    ]);
    await world.close();
  });
});
