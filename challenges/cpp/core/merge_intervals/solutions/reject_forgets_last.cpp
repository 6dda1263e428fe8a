// reject: test_touching wrong_answer - the interval that is open at the end is lost
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  if (intervals.empty()) return {};
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
  return merged;
}
