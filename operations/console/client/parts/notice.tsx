import type { ComponentChildren } from 'preact';
import type { AskError } from '../api.ts';

interface NoticeProps {
  readonly tone: 'good' | 'wait' | 'bad' | 'quiet';
  readonly children: ComponentChildren;
}

/** A sentence that stands out. */
export const Notice = ({ tone, children }: NoticeProps) => (
  <div class={`notice ${tone}`}>{children}</div>
);

/** Why a page has nothing new to show. That nobody answers at all stands in the header already. */
export const Trouble = ({ failure }: { failure: AskError | undefined }) =>
  failure && failure.code !== 'offline' ? (
    <div role="alert">
      <Notice tone={failure.code === 'not-found' ? 'quiet' : 'bad'}>{failure.message}</Notice>
    </div>
  ) : null;

/** What stands in the place of a page's content until there is some. */
export const Loading = ({ failure }: { failure: AskError | undefined }) =>
  failure ? <Trouble failure={failure} /> : <p class="soft">Looking…</p>;
