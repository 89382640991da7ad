import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { BudgetView } from '../../../views.ts';
import { paceAt, plotted, type Plotted } from '../budget.ts';
import { count, minuteTime } from '../format.ts';

const height = 320;

/** The page's colours, which depend on the theme, as a canvas takes them. */
const colourIn = (element: HTMLElement, name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

const seconds = (moments: readonly number[]): number[] => moments.map((at) => at / 1_000);

const dataOf = ({ at, used, pace, limit }: Plotted): uPlot.AlignedData => [
  seconds(at),
  [...used],
  [...pace],
  [...limit],
];

const optionsFor = (
  element: HTMLElement,
  view: BudgetView,
  onPoint: (at: number | undefined) => void,
): uPlot.Options => {
  const colour = (name: string): string => colourIn(element, name);
  const axis = {
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
    font: '12px system-ui, sans-serif',
  };
  const line = { points: { show: false }, spanGaps: true };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [view.dayStartedAt / 1_000, view.resetsAt / 1_000] },
      y: { range: () => [0, view.dailyCalls * 1.05] },
    },
    axes: [
      { ...axis, size: 30, values: (_, splits) => splits.map((at) => minuteTime(at * 1_000)) },
      { ...axis, size: 58, values: (_, splits) => splits.map((calls) => count(calls)) },
    ],
    series: [
      {},
      { ...line, stroke: colour('accent'), width: 2.5, fill: colour('tint') },
      { ...line, stroke: colour('soft'), width: 1.5, dash: [6, 5] },
      { ...line, stroke: colour('bad'), width: 1.5 },
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx, left = -1 } }) => {
          onPoint(left < 0 ? undefined : (idx ?? undefined));
        },
      ],
    },
  };
};

/** What the lines say at one moment: the one that is pointed at, otherwise now. */
const Legend = ({ view, pointed }: { view: BudgetView; pointed: number | undefined }) => {
  const { at, used } = plotted(view);
  const moment = (pointed === undefined ? undefined : at[pointed]) ?? view.now;
  const known = used.slice(0, at.indexOf(moment) + 1).findLast((calls) => calls !== null);
  const pace = paceAt(view, moment);
  return (
    <p class="legend">
      <span class="moment">{moment === view.now ? 'Now' : minuteTime(moment)}</span>
      <span class="used">Used {moment > view.now ? '–' : count(known ?? 0)}</span>
      <span class="pace">Pace {pace === undefined ? '–' : count(pace)}</span>
      <span class="limit">Limit {count(view.dailyCalls)}</span>
    </p>
  );
};

/** The day's calls: used, the pace they are held to, and the limit. */
export const Plot = ({ view, label }: { view: BudgetView; label: string }) => {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [pointed, setPointed] = useState<number>();
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const change = (): void => {
      setTheme((themes) => themes + 1);
    };
    dark.addEventListener('change', change);
    return () => {
      dark.removeEventListener('change', change);
    };
  }, []);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const made = new uPlot(optionsFor(element, view, setPointed), dataOf(plotted(view)), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [theme, view.dayStartedAt, view.resetsAt, view.dailyCalls]);
  useEffect(() => {
    plot.current?.setData(dataOf(plotted(view)));
  }, [view]);
  return (
    <>
      <Legend view={view} pointed={pointed} />
      <div ref={place} class="plot" role="img" aria-label={label} />
    </>
  );
};
