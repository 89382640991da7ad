import { SoapFault } from './codes.ts';
import type { Element } from './xml.ts';

/** A child in an `xs:sequence`, at most one of it. */
interface Part<Name extends string = string> {
  readonly name: Name;
  /** The fault code when it is missing; absent: it may be. */
  readonly missing?: string;
  readonly nillable?: boolean;
}

/** Children of a wrong name are passed over in silence, as Marketo does; of a wrong namespace not. */
const checkUnqualified = (parent: Element, child: Element): void => {
  if (child.namespace !== '') {
    throw new SoapFault('20012', `${child.name} in ${parent.name} must carry no namespace`);
  }
};

/**
 * The children of an element by name, checked against the sequence: order, number, presence, nil.
 * Absent and nil ones are left out.
 */
export const readSequence = <Name extends string>(
  parent: Element,
  parts: readonly Part<Name>[],
): Readonly<Partial<Record<Name, Element>>> => {
  const found = new Map<string, Element>();
  let last = -1;
  for (const child of parent.children) {
    const place = parts.findIndex(({ name }) => name === child.name);
    if (place === -1) continue;
    checkUnqualified(parent, child);
    if (place === last)
      throw new SoapFault('20012', `${child.name} stands twice in ${parent.name}`);
    if (place < last) {
      const after = parts[last]?.name ?? '';
      throw new SoapFault('20012', `${child.name} in ${parent.name} must stand before ${after}`);
    }
    last = place;
    if (child.nil && parts[place]?.nillable !== true) {
      throw new SoapFault('20109', `${child.name} in ${parent.name} may not be nil`);
    }
    if (!child.nil) found.set(child.name, child);
  }
  for (const { name, missing } of parts) {
    if (missing !== undefined && !found.has(name)) {
      throw new SoapFault(missing, `${name} is required in ${parent.name}`);
    }
  }
  return Object.fromEntries(found) as Partial<Record<Name, Element>>;
};

/** The children of one name in an array element. */
export const readArray = (parent: Element | undefined, name: string): readonly Element[] =>
  (parent?.children ?? []).filter((child) => {
    if (child.name !== name) return false;
    checkUnqualified(parent as Element, child);
    if (child.nil) throw new SoapFault('20109', `${name} in ${parent?.name ?? ''} may not be nil`);
    return true;
  });

/** `xs:boolean` */
export const readBoolean = ({ name, text }: Element): boolean => {
  if (!/^(true|false|1|0)$/.test(text.trim())) {
    throw new SoapFault('20110', `${name} must be true or false`);
  }
  return /^(true|1)$/.test(text.trim());
};

/** `xs:int`, positive */
export const readId = ({ name, text }: Element): number => {
  if (!/^[1-9]\d{0,9}$/.test(text.trim())) {
    throw new SoapFault('20110', `${name} must be a positive integer`);
  }
  return Number(text);
};
