// reject: test_any_number_of_quarters timed_out - turns as often as it is told, 2147483647 times
void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters) {
  const unsigned turns = static_cast<unsigned>(quarters);
  for (unsigned turn = 0; turn < turns; ++turn) {
    std::reverse(matrix.begin(), matrix.end());
    for (size_t i = 0; i < matrix.size(); ++i) {
      for (size_t j = i + 1; j < matrix.size(); ++j) std::swap(matrix[i][j], matrix[j][i]);
    }
  }
}
