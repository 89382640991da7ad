import { restFields } from './fields.ts';
import type { Operation } from './operation.ts';

/** Describe Lead: `GET /rest/v1/leads/describe.json` */
export const describe: Operation = async (simulator, turn) => {
  const fields = await turn.unlocked(() => [...restFields(simulator.fields).byName.values()]);
  const result = fields.map(({ name, soap, field }, place) => ({
    id: place + 1,
    displayName: field.label,
    dataType: field.dataType,
    ...(field.length !== null && { length: field.length }),
    // The id is read-only for SOAP alone.
    rest: { name, readOnly: name !== 'id' && field.readOnly },
    ...(soap !== null && { soap: { name: soap.name, readOnly: soap.readOnly } }),
  }));
  return { result };
};

/** Describe Lead 2: `GET /rest/v1/leads/describe2.json` */
export const describe2: Operation = async (simulator, turn) => {
  const fields = await turn.unlocked(() => [...restFields(simulator.fields).byName.values()]);
  return {
    result: [
      {
        name: 'API Lead',
        searchableFields: [['cookies'], ['email'], ['id']],
        fields: fields.map(({ name, field }) => ({
          name,
          displayName: field.label,
          dataType: field.dataType,
          ...(field.length !== null && { length: field.length }),
          updateable: !field.readOnly,
          crmManaged: false,
        })),
      },
    ],
  };
};
