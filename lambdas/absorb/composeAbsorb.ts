import { createAbsorb } from './absorbFunction.ts';
import { createFieldNaming } from './fieldNaming.ts';
import type { NormalizeRules } from './normalize.ts';
import type { PipelinePorts } from './pipeline.ts';
import { composePipeline } from './pipeline.ts';
import { TraitLog } from './seenTraits.ts';

/** The function on `events.fifo`. Names of fields are resolved by what Marketo last said of them. */
export const composeAbsorb = (ports: PipelinePorts, rules: NormalizeRules) => {
  const all = { ...ports, ...composePipeline(ports) };
  const { rulesNow } = createFieldNaming(all, rules);
  const traitLog = new TraitLog(all);
  return async (...[records, visitsUntil]: Parameters<ReturnType<typeof createAbsorb>>) => {
    const absorb = createAbsorb({ ...all, traitLog, rules: await rulesNow() });
    const failed = await absorb(records, visitsUntil);
    await traitLog.publish();
    return failed;
  };
};
