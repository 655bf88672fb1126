#pragma once

#include <span>
#include <string_view>

namespace crm {

/// A file of the sources that is part of the program; lib/embed.cmake puts it there.
struct EmbeddedFile {
    std::string_view name;  ///< without its folder
    std::string_view text;
};

}  // namespace crm
