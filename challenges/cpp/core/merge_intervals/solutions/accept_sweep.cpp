// How many intervals begin, less those that end, at every place where any does.
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::map<int64_t, int> steps;
  for (const auto& [lo, hi] : intervals) {
    ++steps[lo];
    --steps[hi];
  }
  std::vector<Interval> merged;
  int depth = 0;
  for (const auto& [place, step] : steps) {
    if (depth == 0 && step > 0) merged.push_back({place, place});
    depth += step;
    if (depth == 0 && step < 0) merged.back().hi = place;
  }
  return merged;
}
