import type { JsonObject } from '../lambdas/segment/event.ts';
import { Because } from './log.ts';
import type { MarketoMiddleware } from './marketo.d.ts';

/** What is left of an event after these; throws where one does not let it through. */
export const passed = async (
  event: JsonObject,
  middlewares: readonly MarketoMiddleware[],
): Promise<JsonObject> => {
  let obj: object = event;
  for (const middleware of middlewares) {
    let next: object | undefined;
    await middleware({
      payload: { obj },
      integration: 'Marketo',
      next: (payload) => {
        next = payload?.obj;
      },
    });
    if (!next) throw new Because('a middleware keeps it away');
    obj = next;
  }
  return obj as JsonObject;
};
