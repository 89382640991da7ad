import type { DataType } from './data-type.ts';

interface ActivityAttribute {
  readonly name: string;
  readonly apiName: string;
  readonly dataType: DataType;
}

/** A kind of custom activity that the instance has. */
export interface ActivityType {
  readonly id: number;
  readonly name: string;
  readonly apiName: string;
  readonly primaryAttribute: ActivityAttribute;
  readonly attributes: readonly ActivityAttribute[];
}

/** The custom activities of the local run. */
export const demoActivityTypes: readonly ActivityType[] = [
  {
    id: 100_001,
    name: 'Order Completed',
    apiName: 'orderCompleted',
    primaryAttribute: { name: 'Order ID', apiName: 'orderId', dataType: 'string' },
    attributes: [
      { name: 'Total', apiName: 'total', dataType: 'float' },
      { name: 'Currency', apiName: 'currency', dataType: 'string' },
      { name: 'Items', apiName: 'items', dataType: 'integer' },
    ],
  },
];
