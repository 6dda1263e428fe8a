// reject: test_touching wrong_answer - intervals that only touch are not joined
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::vector<Interval> sorted;
  for (const Interval& interval : intervals) {
    if (interval.lo < interval.hi) sorted.push_back(interval);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Interval& a, const Interval& b) { return a.lo < b.lo; });
  std::vector<Interval> merged;
  for (const Interval& next : sorted) {
    if (!merged.empty() && next.lo < merged.back().hi) {
      merged.back().hi = std::max(merged.back().hi, next.hi);
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}
