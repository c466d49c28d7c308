// The sign of halve: what goes in, and the smaller half that comes out.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M15 3v26A13 13 0 0 1 15 3z" />
      <path d="M18 9.500v13A6.500 6.500 0 0 0 18 9.500z" />
    </svg>
  );
}
