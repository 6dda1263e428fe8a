// Keeps the k best so far in a heap whose top is the worst of them.
#include <queue>

using namespace std;

vector<Neighbour> k_nearest(const vector<Point>& points, Point from, size_t k) {
  priority_queue<pair<double, size_t>> best;
  for (size_t i = 0; i < points.size() && k > 0; i++) {
    const double square = pow(points[i].x - from.x, 2) + pow(points[i].y - from.y, 2);
    if (best.size() == k) {
      if (square >= best.top().first) continue;
      best.pop();
    }
    best.emplace(square, i);
  }
  vector<Neighbour> result(best.size());
  for (size_t at = best.size(); at-- > 0; best.pop()) {
    result[at] = Neighbour{best.top().second, best.top().first};
  }
  return result;
}
