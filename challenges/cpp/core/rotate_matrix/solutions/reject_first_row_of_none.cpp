// reject: test_no_rows crashed - asks a row that is not there for the number of columns
using Matrix = std::vector<std::vector<int>>;

void rotate_matrix(Matrix& matrix, int quarters) {
  const std::size_t n = matrix.size();
  const std::size_t columns = matrix[0].size();
  Matrix result(n, std::vector<int>(columns));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      switch (((static_cast<long long>(quarters) % 4) + 4) % 4) {
        case 0: result[i][j] = matrix[i][j]; break;
        case 1: result[i][j] = matrix[n - 1 - j][i]; break;
        case 2: result[i][j] = matrix[n - 1 - i][n - 1 - j]; break;
        default: result[i][j] = matrix[j][n - 1 - i];
      }
    }
  }
  matrix = std::move(result);
}
