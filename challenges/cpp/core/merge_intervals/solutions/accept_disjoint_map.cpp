// A map from lo to hi that is merged at all times.
using namespace std;

vector<Interval> merge_intervals(const vector<Interval>& intervals) {
  map<int64_t, int64_t> held;
  for (Interval next : intervals) {
    if (next.lo == next.hi) continue;
    auto it = held.upper_bound(next.lo);
    if (it != held.begin() && prev(it)->second >= next.lo) {
      --it;
      next.lo = it->first;
      next.hi = max(next.hi, it->second);
      it = held.erase(it);
    }
    while (it != held.end() && it->first <= next.hi) {
      next.hi = max(next.hi, it->second);
      it = held.erase(it);
    }
    held.emplace(next.lo, next.hi);
  }
  vector<Interval> result;
  result.reserve(held.size());
  for (auto [lo, hi] : held) result.push_back({lo, hi});
  return result;
}
