import type { Operation } from './operation.ts';

/** Describe Lead: `GET /rest/v1/leads/describe.json` */
export const describe: Operation = async ({ fields }, turn) => {
  const all = await turn.unlocked(() => [...fields.rest.values()]);
  const result = all.map(({ rest, soap, label, dataType, length, readOnly }, place) => ({
    id: place + 1,
    displayName: label,
    dataType,
    ...(length !== null && { length }),
    // The id is read-only for SOAP alone.
    rest: { name: rest, readOnly: rest !== 'id' && readOnly },
    ...(soap !== null && { soap: { name: soap, readOnly } }),
  }));
  return { result };
};

/** Describe Lead 2: `GET /rest/v1/leads/describe2.json` */
export const describe2: Operation = async ({ fields }, turn) => {
  const all = await turn.unlocked(() => [...fields.rest]);
  const searchable = all.filter(([name]) => fields.isSearchable(name));
  return {
    result: [
      {
        name: 'API Lead',
        searchableFields: searchable.map(([name]) => [name]).sort(),
        fields: all.map(([name, { label, dataType, length, readOnly }]) => ({
          name,
          displayName: label,
          dataType,
          ...(length !== null && { length }),
          updateable: !readOnly,
          crmManaged: false,
        })),
      },
    ],
  };
};
