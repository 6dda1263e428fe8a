// reject: test_example wrong_answer - only swaps rows and columns
void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters) {
  const int turns = (quarters % 4 + 4) % 4;
  for (int turn = 0; turn < turns; ++turn) {
    for (size_t i = 0; i < matrix.size(); ++i) {
      for (size_t j = i + 1; j < matrix.size(); ++j) std::swap(matrix[i][j], matrix[j][i]);
    }
  }
}
