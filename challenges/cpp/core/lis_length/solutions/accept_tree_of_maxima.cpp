// The longest that ends with each value, as prefix maxima over the ranks of the values.
#include <bits/stdc++.h>
using namespace std;

struct Maxima {
  vector<size_t> tree;

  size_t below(size_t rank) const {
    size_t best = 0;
    for (; rank > 0; rank &= rank - 1) best = max(best, tree[rank]);
    return best;
  }

  void raise(size_t rank, size_t length) {
    for (++rank; rank < tree.size(); rank += rank & (~rank + 1)) tree[rank] = max(tree[rank], length);
  }
};

size_t lis_length(const vector<int>& values) {
  vector<int> sorted = values;
  sort(sorted.begin(), sorted.end());
  Maxima maxima{vector<size_t>(values.size() + 1)};
  for (int value : values) {
    const auto rank = static_cast<size_t>(lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
    maxima.raise(rank, maxima.below(rank) + 1);
  }
  return maxima.below(values.size());
}
