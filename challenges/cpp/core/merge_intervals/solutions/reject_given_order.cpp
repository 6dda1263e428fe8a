// reject: test_touching wrong_answer - does not sort
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::vector<Interval> sorted;
  for (const Interval& interval : intervals) {
    if (interval.lo < interval.hi) sorted.push_back(interval);
  }
  std::vector<Interval> merged;
  for (const Interval& next : sorted) {
    if (!merged.empty() && next.lo <= merged.back().hi) {
      merged.back().hi = std::max(merged.back().hi, next.hi);
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}
