// A box that scrolls when its table is too large, by keyboard too.
import type { ComponentChildren } from 'preact';

interface Props {
  label: string;
  class?: string;
  children: ComponentChildren;
}

export function ScrollBox({ label, class: name = 'scroll', children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard, in Safari too.
    <section class={name} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
