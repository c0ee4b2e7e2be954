// Position tables: of pictures [1, 1 + g * g, D] (CLIP's: [1 + g * g, D]), an entry for the class
// token, then the patches row by row; and of sequences.
#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/core/Tensor.h>

namespace mien {

/// The fixed two-dimensional sine-cosine table of MAE: the first half of the width encodes the
/// column, the second the row, each as sines then cosines; zeros for the class token. `width` must
/// be a multiple of 4.
at::Tensor sincos_positions(std::int64_t width, std::int64_t grid);

/// The fixed table of a sequence (Vaswani et al. 2017): sines and cosines by turns, from the
/// shortest period on. `width` must be even. [places, D] float32
at::Tensor sequence_positions(std::int64_t places, std::int64_t width);

/// The table for another grid: patches bicubically (corners not aligned), the class entry
/// untouched. table [1, 1 + g * g, D] -> [1, 1 + grid * grid, D]. Throws UsageError for a table
/// that is no square.
at::Tensor interpolate_positions(const at::Tensor& table, std::int64_t grid);

/// Whether a parameter is such a table: `pos_embed` or CLIP's `positional_embedding`, whatever
/// stands before it.
bool is_position_table(std::string_view parameter);

/// The side of the grid that a table of `entries` (with the class token) belongs to, or -1 for no
/// square and for less than two entries.
std::int64_t grid_of_positions(std::int64_t entries);

}  // namespace mien
