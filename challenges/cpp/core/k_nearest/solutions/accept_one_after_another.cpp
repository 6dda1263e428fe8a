// Looks through all points for each of the k.
#include <memory>

std::vector<Neighbour> k_nearest(const std::vector<Point>& points, Point from, size_t k) {
  const size_t n = points.size();
  const std::unique_ptr<bool[]> taken(new bool[n]());
  std::vector<Neighbour> result;
  while (result.size() < std::min(k, n)) {
    Neighbour best{n, std::numeric_limits<double>::infinity()};
    for (size_t i = 0; i < n; ++i) {
      const double dx = points[i].x - from.x, dy = points[i].y - from.y;
      const double square = dx * dx + dy * dy;
      if (!taken[i] && square < best.square) best = {i, square};
    }
    taken[best.index] = true;
    result.push_back(best);
  }
  return result;
}
