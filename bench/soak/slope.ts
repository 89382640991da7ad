interface Point {
  readonly x: number;
  readonly y: number;
}

/** The rise of the straight line through the points with the least squares; 0 of fewer than two. */
export const slopeOf = (points: readonly Point[]): number => {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const square = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  const product = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return square > 0 ? product / square : 0;
};
