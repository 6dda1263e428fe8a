// reject: test_no_rows crashed - n - 1 is the largest number where n is an unsigned 0
void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters) {
  for (int turn = 0; turn < (quarters % 4 + 4) % 4; ++turn) {
    for (size_t i = 0; i < matrix.size(); ++i) {
      for (size_t j = i + 1; j < matrix.size(); ++j) std::swap(matrix[i][j], matrix[j][i]);
    }
    for (size_t i = 0; i <= matrix.size() - 1; ++i) std::reverse(matrix[i].begin(), matrix[i].end());
  }
}
