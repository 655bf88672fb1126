#pragma once

#include "exchange/dump_line.hpp"
#include "store/writer.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

/// What an export of a database has beside the records: tags, the consent ledger, the bytes of
/// attachments …
namespace crm::exchange {

/// One kind of such lines: what writes them, and what puts one of them into a database. Both say
/// what a line has, and stand together.
struct DumpTable {
    std::string_view kind;
    bool before_records;  ///< in the file
    /// Appends lines to the text, and calls `flush` where there are many.
    void (*write)(store::Store& store, std::string& out, const std::function<void()>& flush);
    /// A line may come from anybody. Throws Error (refused or usage) when it is not valid.
    void (*put)(store::Writer& writer, const DumpLine& line);
};

/// In the order in which they are written.
std::span<const DumpTable> dump_tables();

}  // namespace crm::exchange
