// A bar of a given share. As SVG, whose size is an attribute: the page's security policy takes no style attributes.
export function Bar({ share, kind }: { share: number; kind: 'before' | 'after' }) {
  const width = share <= 0 ? 0 : Math.max(0.5, share * 100);
  return (
    <svg class="bar" aria-hidden="true">
      <rect class={kind} width={`${width}%`} height="100%" rx="3" />
    </svg>
  );
}
