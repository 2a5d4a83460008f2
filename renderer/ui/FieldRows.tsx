import type { FieldView } from '../../src/trace/views.ts'

/** Named values and what the event changed in them; the arrow says it without colour. */
export function FieldRows({ fields }: { fields: readonly FieldView[] }) {
  return (
    <table class="fields">
      <tbody>
        {fields.map((field) => (
          <tr key={field.name} class={field.change === null ? '' : 'hot'} title={field.doc}>
            <th scope="row">{field.name}</th>
            <td data-field={field.name}>{field.value}</td>
            <td class="change" data-change={field.name}>
              {field.change ?? ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
