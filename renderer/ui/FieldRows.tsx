import type { FieldView } from '../../src/trace/views.ts'
import { address, bytes } from '../state/format.ts'

/** Named values and what the event changed in them; the change stands in words beside the value. */
export function FieldRows({ fields }: { fields: readonly FieldView[] }) {
  return (
    <table class="fields">
      <tbody>
        {fields.map((field) => (
          <tr key={field.name} class={field.change === null ? '' : 'hot'} title={field.doc}>
            <th scope="row">{field.name}</th>
            <td>
              <span data-field={field.name} data-value={field.value}>
                {shownValue(field)}
              </span>
              {unitText(field) && <i class="unit"> {unitText(field)}</i>}
            </td>
            <td class="change" data-change={field.name}>
              {field.change ?? ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function shownValue({ unit, value }: FieldView): string {
  if (unit === 'frame' && value !== '') return `frame ${value}`
  return unit === 'address' && value.startsWith('0x') ? address(value) : value
}

function unitText({ unit, value }: FieldView): string {
  if (unit === 'pages') return value === '1' ? 'page' : 'pages'
  return unit === 'bytes' && Number(value) >= 1024 ? `= ${bytes(Number(value))}` : ''
}
