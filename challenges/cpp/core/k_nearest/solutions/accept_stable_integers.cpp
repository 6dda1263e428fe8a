// Squares as integers, and indices that a stable sort leaves in order.
std::vector<Neighbour> k_nearest(const std::vector<Point>& points, Point from, size_t k) {
  const auto square = [&](size_t i) {
    const auto dx = static_cast<int64_t>(points[i].x) - static_cast<int64_t>(from.x);
    const auto dy = static_cast<int64_t>(points[i].y) - static_cast<int64_t>(from.y);
    return dx * dx + dy * dy;
  };
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return square(a) < square(b); });
  std::vector<Neighbour> result;
  for (const size_t i : order) {
    if (result.size() == k) break;
    result.push_back({i, static_cast<double>(square(i))});
  }
  return result;
}
