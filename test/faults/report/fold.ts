/** Puts pieces on lines, as many as fit within so many characters; a longer piece has a line of its own. */
export function fold(pieces: readonly string[], characters: number, joint: string): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + joint.length + piece.length <= characters)
      lines.splice(-1, 1, `${line}${joint}${piece}`);
    else lines.push(piece);
  }
  return lines;
}
