// reject: test_empty crashed - reads the first of no intervals
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::vector<Interval> sorted = intervals;
  std::sort(sorted.begin(), sorted.end(),
            [](const Interval& a, const Interval& b) { return a.lo < b.lo; });
  std::vector<Interval> merged;
  Interval current = sorted[0];
  for (const Interval& next : sorted) {
    if (next.lo <= current.hi) {
      current.hi = std::max(current.hi, next.hi);
    } else {
      if (current.lo < current.hi) merged.push_back(current);
      current = next;
    }
  }
  if (current.lo < current.hi) merged.push_back(current);
  return merged;
}
