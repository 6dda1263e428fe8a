  // Binary search by hand, in an array of the full length.
  std::vector<int> ends(values.size());
  size_t used = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    size_t low = 0, high = used;
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (ends[middle] < values[i]) low = middle + 1;
      else high = middle;
    }
    ends[low] = values[i];
    if (low == used) ++used;
  }
  return used;
}
