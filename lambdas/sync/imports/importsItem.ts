import type { Clock } from '../../ports.ts';
import { importTiming } from '../../limits.ts';
import type { EpochMs } from '../../segment/time.ts';
import { epochMs } from '../../segment/time.ts';
import type { Shared } from '../../store/leadStore.ts';
import type { ImportsState } from '../../store/importStore.ts';

interface ImportsItemPorts {
  readonly item: Shared<ImportsState>;
  readonly clock: Clock;
}

/** Which leads the other calls leave to imports. */
interface LeftToImports {
  /** Every lead that can go so: an operator asked for it. */
  readonly isAll: boolean;
  readonly kinds: ReadonlySet<string>;
}

const nothing: LeftToImports = { isAll: false, kinds: new Set() };

/** The shared item about imports. */
export class ImportsItem {
  private readonly ports: ImportsItemPorts;
  private known: { readonly left: LeftToImports; readonly until: EpochMs } | undefined;

  constructor(ports: ImportsItemPorts) {
    this.ports = ports;
  }

  async load(): Promise<ImportsState> {
    return (await this.ports.item.load()).state ?? {};
  }

  /** Changes the item; `undefined` from `change` leaves it as it is. Resolves to what it was changed to. */
  async update(
    change: (state: ImportsState) => ImportsState | undefined,
  ): Promise<ImportsState | undefined> {
    for (;;) {
      const loaded = await this.ports.item.load();
      const after = change(loaded.state ?? {});
      if (after === undefined) return undefined;
      if (await this.ports.item.save(loaded, after)) return after;
    }
  }

  /** What is left to imports now; read at most every few seconds by one instance. */
  async left(): Promise<LeftToImports> {
    const now = this.ports.clock.now();
    if (this.known && this.known.until > now) return this.known.left;
    const { kinds = [], onUntil = 0, askedUntil = 0, notBefore = 0 } = await this.load();
    const left =
      notBefore > now
        ? nothing
        : { isAll: askedUntil > now, kinds: new Set(onUntil > now ? kinds : []) };
    this.known = { left, until: epochMs(now + importTiming.believedMs) };
    return left;
  }
}
