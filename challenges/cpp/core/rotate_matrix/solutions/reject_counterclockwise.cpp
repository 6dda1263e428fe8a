// reject: test_example wrong_answer - the other direction
void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters) {
  const int turns = (4 - quarters % 4) % 4;
  for (int turn = 0; turn < turns; ++turn) {
    std::reverse(matrix.begin(), matrix.end());
    for (size_t i = 0; i < matrix.size(); ++i) {
      for (size_t j = i + 1; j < matrix.size(); ++j) std::swap(matrix[i][j], matrix[j][i]);
    }
  }
}
