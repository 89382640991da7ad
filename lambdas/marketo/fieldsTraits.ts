/** What becomes of one trait of Segment's that Marketo's field table does not decide by itself. */
export interface TraitRow {
  /** As Segment spells it; a part of an object follows a dot. Compared loosely. */
  readonly trait: string;
  /** A field (SOAP name), nothing, or two fields that share the text at its first space. */
  readonly to: string | false | readonly [first: string, last: string];
  readonly because: string;
}

const ownRule = 'Marketo has no such standard field; the name follows the rule for custom fields';

/**
 * Segment's reserved traits, except those that stand in Marketo's field table under their own name.
 * A new trait mapping is one row here.
 */
export const traitTable: readonly TraitRow[] = [
  { trait: 'address.city', to: 'City', because: 'an object address fills its parts' },
  { trait: 'address.country', to: 'Country', because: 'an object address fills its parts' },
  { trait: 'address.postalCode', to: 'PostalCode', because: 'an object address fills its parts' },
  { trait: 'address.zip', to: 'PostalCode', because: 'another name for postalCode' },
  { trait: 'address.zipCode', to: 'PostalCode', because: 'another name for postalCode' },
  { trait: 'address.state', to: 'State', because: 'an object address fills its parts' },
  { trait: 'address.street', to: 'Address', because: "Marketo's Address is street and number" },
  { trait: 'age', to: 'Age', because: ownRule },
  { trait: 'avatar', to: 'Avatar', because: ownRule },
  { trait: 'birthday', to: 'DateofBirth', because: "Marketo's standard field for it" },
  { trait: 'company.name', to: 'Company', because: 'a company may be text or an object' },
  { trait: 'company.industry', to: 'Industry', because: 'unless the trait industry is given' },
  { trait: 'company.employee_count', to: 'NumberOfEmployees', because: "Segment's name for it" },
  { trait: 'company.id', to: false, because: 'Marketo has no standard field for it' },
  { trait: 'company.plan', to: false, because: 'Marketo has no standard field for it' },
  {
    trait: 'createdAt',
    to: 'CreatedAt',
    because: "when the user signed up; Marketo's own createdAt is the lead's and cannot be set",
  },
  { trait: 'description', to: 'Description', because: ownRule },
  { trait: 'gender', to: 'Gender', because: ownRule },
  { trait: 'id', to: false, because: 'Marketo ignores it; the userId travels as UserId' },
  {
    trait: 'name',
    to: ['FirstName', 'LastName'],
    because: 'Marketo has no field for a full name; only those of the two that are missing',
  },
  { trait: 'username', to: 'Username', because: ownRule },
];
