#include <cblas.h>

// LAPACK's solver for positive definite systems, which OpenBLAS brings without a header:
// https://netlib.org/lapack/explore-html/dc/de9/group__double_p_osolve.html
void dposv_(
    const char *triangle, const int *order, const int *right_hand_sides, double *matrix, const int *leading_dimension,
    double *solution, const int *solution_leading_dimension, int *status);
