// reject: test_many timed_out - sorts by exchanging neighbours, in quadratic time
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::vector<Interval> sorted;
  for (const Interval& interval : intervals) {
    if (interval.lo < interval.hi) sorted.push_back(interval);
  }
  for (std::size_t end = sorted.size(); end > 1; --end) {
    for (std::size_t i = 1; i < end; ++i) {
      if (sorted[i].lo < sorted[i - 1].lo) std::swap(sorted[i], sorted[i - 1]);
    }
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
