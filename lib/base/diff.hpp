#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Differences of two sequences of texts.
namespace crm {

/// What a step says of an item: it is in both, only in the first, only in the second.
enum class Difference : std::uint8_t { same, removed, added };

struct DiffStep {
    Difference what = Difference::same;
    std::size_t before = 0, after = 0;  ///< index of the item in each sequence
};

/// The shortest way from one sequence to the other (E. W. Myers, An O(ND) Difference Algorithm,
/// 1986). Sequences with thousands of differences are taken as different in all between the equal
/// beginning and end.
std::vector<DiffStep> differences(std::span<const std::string_view> before,
                                  std::span<const std::string_view> after);

/// A text split into words and what is between them, so that all pieces together are the text.
std::vector<std::string_view> word_pieces(std::string_view text);

/// A part of two texts with lines that differ, and up to three equal ones around them.
struct DiffHunk {
    std::size_t before = 0, after = 0;              ///< number of the first line, from 1
    std::size_t before_lines = 0, after_lines = 0;  ///< how many
    std::vector<DiffStep> steps;
};
/// As in the unified format of diff(1).
std::vector<DiffHunk> hunks(std::span<const DiffStep> steps);

}  // namespace crm
