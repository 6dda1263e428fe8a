#include <functional>

// All starts and all ends, each sorted: the i-th start opens a new interval where all the
// i ends before it are smaller.
std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals) {
  std::vector<int64_t> starts, ends;
  for (const Interval& interval : intervals) {
    if (interval.hi > interval.lo) {
      starts.push_back(interval.lo);
      ends.push_back(interval.hi);
    }
  }
  std::sort(starts.begin(), starts.end(), std::less<int64_t>());
  std::sort(ends.begin(), ends.end());
  std::vector<Interval> merged;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (i == 0 || ends[i - 1] < starts[i]) merged.push_back({starts[i], ends[i]});
    merged.back().hi = ends[i];
  }
  return merged;
}
