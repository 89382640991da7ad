import type { ComponentChildren } from 'preact';
import type { Tone } from '../words.ts';

/** A word with a colour. The word says it all; the colour only helps the eye. */
export const Chip = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`chip ${tone}`}>{children}</span>
);
