import type { TableView } from '../../src/trace/views.ts'
import { heat } from './cellClass.ts'
import type { GridShape } from './gridShape.ts'

export interface GridColors {
  cell: string
  level: string
  kernel: string
  bad: string
  changed: string
  now: string
  pane: string
}

export interface GridPicture {
  table: TableView
  shape: GridShape
  /** First row in sight and how many, so that 8192 entries cost no more than a screenful. */
  firstRow: number
  rowCount: number
  selected: number
  k: number
  byAge: boolean
  colors: GridColors
}

/** Draws the rows in sight at the canvas' origin. */
export function drawGrid(context: CanvasRenderingContext2D, picture: GridPicture): void {
  const { table, shape, firstRow, rowCount } = picture
  const first = firstRow * shape.columns
  const end = Math.min(table.entries, first + rowCount * shape.columns)
  context.fillStyle = picture.colors.cell
  for (let index = first; index < end; index++) square(context, picture, index)
  for (let i = 0; i * 2 < table.cells.length; i++) {
    const index = table.cells[i * 2] ?? -1
    if (index >= first && index < end)
      drawCell(context, picture, index, table.cells[i * 2 + 1] ?? 0, table.writtenAt[i] ?? 0)
  }
  if (picture.selected >= first && picture.selected < end)
    frame(context, picture, picture.selected, picture.colors.now)
}

interface Box {
  x: number
  y: number
  size: number
}

function boxOf({ shape, firstRow }: GridPicture, index: number): Box {
  const x = (index % shape.columns) * shape.cell
  const y = (Math.floor(index / shape.columns) - firstRow) * shape.cell
  return { x, y, size: shape.cell - 1 }
}

function square(context: CanvasRenderingContext2D, picture: GridPicture, index: number): void {
  const { x, y, size } = boxOf(picture, index)
  context.fillRect(x, y, size, size)
}

function drawCell(
  context: CanvasRenderingContext2D,
  picture: GridPicture,
  index: number,
  code: number,
  writtenAt: number,
): void {
  const { colors } = picture
  const box = boxOf(picture, index)
  context.globalAlpha = picture.byAge ? heat(writtenAt, picture.k) : 1
  context.fillStyle = code === 8 ? colors.bad : code === 7 ? colors.kernel : colors.level
  context.strokeStyle = context.fillStyle
  shapeOf(context, box, code, colors)
  context.globalAlpha = 1
  if (writtenAt > 0 && writtenAt === picture.k) frame(context, picture, index, colors.changed)
}

function shapeOf(
  context: CanvasRenderingContext2D,
  { x, y, size }: Box,
  code: number,
  colors: GridColors,
): void {
  const third = size / 3
  switch (code) {
    case 2:
      context.lineWidth = Math.max(1, size / 5)
      context.strokeRect(
        x + context.lineWidth / 2,
        y + context.lineWidth / 2,
        size - context.lineWidth,
        size - context.lineWidth,
      )
      return
    case 4:
      triangle(context, x, y, size)
      return
    case 5:
      context.fillRect(x + third, y + third, third, third)
      return
    case 6:
      context.fillRect(x, y, size, size)
      context.fillStyle = colors.pane
      context.fillRect(x + third, y + third, third, third)
      return
    case 8:
      cross(context, x, y, size)
      return
    default:
      context.fillRect(x, y, size, size)
  }
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x, y + size)
  context.lineTo(x + size, y + size)
  context.fill()
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.lineWidth = Math.max(1.2, size / 5)
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x + size, y + size)
  context.moveTo(x + size, y)
  context.lineTo(x, y + size)
  context.stroke()
}

function frame(context: CanvasRenderingContext2D, picture: GridPicture, index: number, color: string): void {
  const { x, y, size } = boxOf(picture, index)
  context.strokeStyle = color
  context.lineWidth = 2
  context.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1)
}
