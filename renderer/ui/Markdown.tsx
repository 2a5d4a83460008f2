import type { ComponentChildren } from 'preact'
import { type Block, type Inline, parseMarkdown } from './markdown.ts'

/** Lesson text. Headings start at h3, below the lesson's title. */
export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{parseMarkdown(text).map(block)}</div>
}

function block(node: Block, key: number): ComponentChildren {
  switch (node.kind) {
    case 'heading':
      return heading(node.level, inlines(node.children), key)
    case 'paragraph':
      return <p key={key}>{inlines(node.children)}</p>
    case 'quote':
      return <blockquote key={key}>{inlines(node.children)}</blockquote>
    case 'code':
      return (
        <pre key={key} tabIndex={0}>
          <code>{node.text}</code>
        </pre>
      )
    case 'list': {
      const items = node.items.map((item, index) => <li key={index}>{inlines(item)}</li>)
      return node.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>
    }
    case 'table':
      return tableOf(node, key)
  }
}

function heading(level: number, children: ComponentChildren, key: number): ComponentChildren {
  if (level <= 1) return <h3 key={key}>{children}</h3>
  return level === 2 ? <h4 key={key}>{children}</h4> : <h5 key={key}>{children}</h5>
}

function tableOf(node: Extract<Block, { kind: 'table' }>, key: number): ComponentChildren {
  return (
    <table key={key}>
      <thead>
        <tr>
          {node.head.map((cell, index) => (
            <th key={index}>{inlines(cell)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {node.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{inlines(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function inlines(nodes: readonly Inline[]): ComponentChildren {
  return nodes.map((node, key) => {
    switch (node.kind) {
      case 'text':
        return node.text
      case 'code':
        return <code key={key}>{node.text}</code>
      case 'strong':
        return <strong key={key}>{inlines(node.children)}</strong>
      case 'em':
        return <em key={key}>{inlines(node.children)}</em>
      case 'link':
        return (
          <a key={key} href={node.href} target="_blank" rel="noreferrer noopener">
            {inlines(node.children)}
          </a>
        )
    }
  })
}
