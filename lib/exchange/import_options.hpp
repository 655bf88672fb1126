#pragma once

#include "form/draft.hpp"
#include "meta/type.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::exchange {

/// What the command line asks of an import, and what is called when something happens.
struct ImportOptions {
    std::vector<std::string> tags;  ///< +tag on the command line, without the plus
    std::string key;                ///< --key: the one field that rows are matched by
    bool create = false;            ///< --create: records that links name and nobody has are added
    meta::Reading reading;
    std::function<void(const form::Trouble&)> on_trouble;
    std::function<void(std::string_view)> on_heading;
    std::function<void(const store::Record&, std::string_view result)> on_record;
    std::function<void(std::size_t bytes)> on_progress;
};

struct ImportCount {
    std::int64_t read = 0;
    std::int64_t added = 0;
    std::int64_t updated = 0;
    std::int64_t rejected = 0;
    std::int64_t unchanged() const { return read - added - updated - rejected; }
};

}  // namespace crm::exchange
