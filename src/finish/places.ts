// What became of the positions of a row.

/** `places[n - 1]` is the new URL of position n; null when it failed. */
export type Places = readonly (string | null)[];
