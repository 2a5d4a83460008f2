import type { ComparedTitle } from '../../src/host/protocolCompare.ts'
import { compareTablesQuery, tablesShown } from '../state/compare.ts'
import { address, plural } from '../state/format.ts'

/** Page tables table by table: same level, same address. Only those that differ are listed. */
export function TableDifferences({ titles }: { titles: readonly ComparedTitle[] }) {
  const tables = compareTablesQuery.data.value
  return (
    <details
      class="compare-tables"
      open={tablesShown.value}
      onToggle={(event) => (tablesShown.value = event.currentTarget.open)}
    >
      <summary>
        Page tables, table by table{tables ? `: ${plural(tables.differing, 'table')} not the same` : ''}
      </summary>
      {tables && tables.rows.length === 0 && (
        <p class="hint">The same tables with the same number of entries everywhere.</p>
      )}
      {tables && tables.rows.length > 0 && (
        <div>
          <table class="abreast" data-testid="table-differences" style={{ '--machines': titles.length }}>
            <thead>
              <tr>
                <th scope="col">table</th>
                {titles.map((one) => (
                  <th key={one.machine} scope="col">
                    {one.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {tables.rows.map(({ level, va, cells }) => (
                <tr key={`${level} ${va}`}>
                  <th scope="row">
                    <span class={`level-${level}`}>{level}</span> {address(va)}
                  </th>
                  {cells.map((cell, i) => (
                    <td key={i} class={cell === null ? 'dim' : ''}>
                      {cell === null ? 'no table' : `${cell.used} of ${cell.entries} used`}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {tables.total > tables.rows.length && (
            <p class="hint">{plural(tables.total - tables.rows.length, 'more table')} differ.</p>
          )}
          {tables.cut && <p class="hint">Only the first 20 000 tables of each machine were looked at.</p>}
        </div>
      )}
    </details>
  )
}
