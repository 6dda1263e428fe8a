// reject: test_sizes wrong_answer - leaves the middle column of odd sizes as it is
void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters) {
  const int n = static_cast<int>(matrix.size());
  for (int turn = quarters & 3; turn > 0; --turn) {
    for (int i = 0; i < n / 2; ++i) {
      for (int j = 0; j < n / 2; ++j) {
        const int kept = matrix[i][j];
        matrix[i][j] = matrix[n - 1 - j][i];
        matrix[n - 1 - j][i] = matrix[n - 1 - i][n - 1 - j];
        matrix[n - 1 - i][n - 1 - j] = matrix[j][n - 1 - i];
        matrix[j][n - 1 - i] = kept;
      }
    }
  }
}
