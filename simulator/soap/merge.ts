import { mergeEffects } from '../merge.ts';
import { Refusal } from '../refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import { SoapFault } from './codes.ts';
import { leadsByKey } from './keys.ts';
import type { Operation } from './operation.ts';
import { readArray, readSequence } from './sequence.ts';
import type { Element } from './xml.ts';

interface Key {
  readonly type: string;
  readonly value: string;
}

const readKey = (list: Element | undefined): Key => {
  const [attribute] = readArray(list, 'attribute');
  if (attribute === undefined) throw new SoapFault('20101', 'a list of keys needs an attribute');
  const { attrName, attrValue } = readSequence(attribute, [
    { name: 'attrName', missing: '20109' },
    { name: 'attrType', nillable: true },
    { name: 'attrValue', missing: '20109' },
  ]);
  return { type: attrName?.text ?? '', value: attrValue?.text ?? '' };
};

const leadOf = (simulator: Simulator, { type, value }: Key): Lead => {
  const [lead] = leadsByKey(simulator, type, value);
  if (lead !== undefined) return lead;
  throw new Refusal({ kind: 'lead-not-found', by: type, value });
};

export const mergeLeads: Operation = async (simulator, turn, { params }) => {
  const { winningLeadKeyList, losingLeadKeyLists } = readSequence(params, [
    { name: 'winningLeadKeyList', missing: '20101' },
    { name: 'losingLeadKeyLists', missing: '20101' },
  ]);
  const winning = readKey(winningLeadKeyList);
  const losing = readArray(losingLeadKeyLists, 'keyList').map(readKey);
  if (losing.length === 0) throw new SoapFault('20101', 'losingLeadKeyLists needs a keyList');
  const merged = await turn.unlocked(() => {
    const winner = leadOf(simulator, winning);
    const losers = losing.map((key) => leadOf(simulator, key));
    if (losers.some(({ id }) => id === winner.id)) {
      throw new SoapFault('20110', 'a lead cannot be merged into itself');
    }
    turn.concerns([winner, ...losers]);
    const effects = mergeEffects(winner, losers, simulator.now());
    for (const effect of effects) simulator.state.apply(effect);
    return { winner, losers };
  });
  return {
    mergeStatus: {
      winningLeadId: merged.winner.id,
      losingLeadIdList: { integerItem: merged.losers.map(({ id }) => id) },
      status: 'MERGED',
      error: null,
    },
  };
};
