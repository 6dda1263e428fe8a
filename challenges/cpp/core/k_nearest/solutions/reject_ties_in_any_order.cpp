// reject: test_ties wrong_answer - does not look at the index
std::vector<Neighbour> k_nearest(const std::vector<Point>& points, Point from, size_t k) {
  std::vector<Neighbour> all;
  for (size_t i = 0; i < points.size(); ++i) {
    const double dx = points[i].x - from.x;
    const double dy = points[i].y - from.y;
    all.push_back({i, dx * dx + dy * dy});
  }
  k = std::min(k, all.size());
  const auto end = all.begin() + static_cast<ptrdiff_t>(k);
  std::partial_sort(all.begin(), end, all.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.square < b.square;
  });
  all.resize(k);
  return all;
}
