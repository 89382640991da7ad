import { isToken, tokenOfCookie } from '../cookie.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import { SoapFault } from './codes.ts';

/** Types of the WSDL whose leads nobody made here; a search by one finds none. */
const foreignKeys = /^(LEADOWNEREMAIL|SFDC(ACCOUNTID|CONTACTID|LEADID|LEADOWNERID|OPPTYID))$/;

const one = (lead: Lead | undefined): readonly Lead[] => (lead === undefined ? [] : [lead]);

/** The leads that a key of `LeadKeyRef` finds; throws 20102 for a key that there is not. */
export const leadsByKey = (simulator: Simulator, type: string, value: string): readonly Lead[] => {
  if (type === 'EMAIL') return simulator.state.allBy('Email', value);
  if (type === 'IDNUM') return one(simulator.leadOf(Number(value)));
  if (type === 'COOKIE') {
    const token = isToken(value) ? value : tokenOfCookie(value, simulator.options.munchkinId);
    return one(token === undefined ? undefined : simulator.find('cookie', token));
  }
  if (!foreignKeys.test(type)) throw new SoapFault('20102', `${type} is no keyType`);
  return [];
};
