/** Page numbers as the hot paths want them: low 32 bits and the rest. */
const TWO32 = 4294967296

export function low(vpn: number): number {
  return vpn | 0
}

export function high(vpn: number): number {
  return (vpn / TWO32) | 0
}
