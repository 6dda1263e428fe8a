// reject: test_small wrong_answer - a body alone, whose search leaves out the last tail
  std::vector<int> tails;
  for (int value : values) {
    if (tails.empty()) {
      tails.push_back(value);
      continue;
    }
    auto at = std::lower_bound(tails.begin(), tails.end() - 1, value);
    if (at == tails.end() - 1 && *at < value && tails.size() == 1) tails.push_back(value);
    else *at = value;
  }
  return tails.size();
