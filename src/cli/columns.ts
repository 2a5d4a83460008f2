/** Rows as text, each column as wide as its widest cell; columns of numbers stand to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  const numeric = rows[0].map((_, at) => rows.slice(1).every((row) => /^[-−\d.,]*$/.test(row[at])))
  return rows
    .map((row) => {
      const cells = row.map((cell, at) => (numeric[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}
