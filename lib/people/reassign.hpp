#pragma once

#include "store/writer.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace crm::people {

/// Gives everything that one user owns to another: live records of every noun, or of `only`.
/// Returns how many there were of each noun that had any. The caller commits.
std::vector<std::pair<const meta::Entity*, std::size_t>> reassign(store::Writer& writer,
                                                                  std::int64_t from,
                                                                  std::int64_t to,
                                                                  const meta::Entity* only);

}  // namespace crm::people
