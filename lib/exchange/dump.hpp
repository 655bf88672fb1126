#pragma once

#include "store/writer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// A whole store as JSON lines and back: what `crm export` writes and `crm import` reads into an
/// empty store.
namespace crm::exchange {

inline constexpr int dump_schema = 1;

/// The lines, in pieces: {"kind":"store","schema":N,"currency":…} first, then the counters
/// ("sequence"), the tags, every record of every noun by id (the trash too), the bytes of
/// attachments. No time of export and no history, so that equal stores give equal lines. Returns
/// the number of records.
std::int64_t dump(store::Store& store, const std::function<void(std::string_view)>& write);

struct LoadCount {
    std::int64_t read = 0;
    std::int64_t added = 0;
};

/// Reads such lines; the connection has `defer_links` said before. A store that is as the lines say
/// stays as it is. The lines may come from anybody: what they say is checked like what is typed,
/// and `crm check` finds nothing afterwards. Throws Error with the line's number: refused when the
/// store has other records, or the lines are of a newer schema or are broken; usage where a value
/// is not valid.
LoadCount load(store::Writer& writer, std::string_view lines, const std::string& file);

}  // namespace crm::exchange
