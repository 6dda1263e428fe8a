// reject: test_no_undefined_behaviour rule_broken - reserves room for the rows and writes to elements that are not there
using Matrix = std::vector<std::vector<int>>;

void rotate_matrix(Matrix& matrix, int quarters) {
  const std::size_t n = matrix.size();
  Matrix result(n);
  for (auto& row : result) row.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      switch (((static_cast<long long>(quarters) % 4) + 4) % 4) {
        case 0: result[i][j] = matrix[i][j]; break;
        case 1: result[i][j] = matrix[n - 1 - j][i]; break;
        case 2: result[i][j] = matrix[n - 1 - i][n - 1 - j]; break;
        default: result[i][j] = matrix[j][n - 1 - i];
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    std::copy(result[i].data(), result[i].data() + n, matrix[i].begin());
  }
}
