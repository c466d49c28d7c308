// Arithmetic on measurements and their tables.

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The median of every figure over the rounds; figures are numbers or objects of them. */
export function medians(rounds) {
  return Object.fromEntries(
    Object.entries(rounds[0]).map(([name, value]) => {
      const values = rounds.map((round) => round[name]);
      return [name, typeof value === 'object' ? medians(values) : median(values)];
    }),
  );
}

/** Lines of a table: `columns` are [head, row -> value, decimals]. */
export function table(columns, rows) {
  const cells = [
    columns.map(([head]) => head),
    ...rows.map((row) => columns.map(([, value, decimals = 0]) => show(value(row), decimals))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  return cells.map((line) => line.map((cell, index) => cell.padStart(widths[index])).join('  '));
}

function show(value, decimals) {
  if (typeof value === 'string') return value;
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
