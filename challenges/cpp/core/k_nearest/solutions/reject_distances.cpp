// reject: test_example wrong_answer - gives distances, not their squares
std::vector<Neighbour> k_nearest(const std::vector<Point>& points, Point from, size_t k) {
  std::vector<Neighbour> all;
  for (size_t i = 0; i < points.size(); ++i) {
    const double dx = points[i].x - from.x;
    const double dy = points[i].y - from.y;
    all.push_back({i, std::hypot(dx, dy)});
  }
  k = std::min(k, all.size());
  const auto end = all.begin() + static_cast<ptrdiff_t>(k);
  std::partial_sort(all.begin(), end, all.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.square < b.square || (a.square == b.square && a.index < b.index);
  });
  all.resize(k);
  return all;
}
