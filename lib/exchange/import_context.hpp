#pragma once

#include "exchange/import_options.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace crm::exchange {

/// What all parts of an import share: the database, what was asked for, and the count of the rows.
struct ImportContext {
    ImportContext(store::Writer& writer, store::Resolver& resolver, ImportOptions options);

    /// Whether the database had records of the noun before the import.
    bool had_records(const meta::Entity& entity) const;
    /// A digest that differs from database to database.
    std::uint64_t hash(std::string_view text) const;
    /// Counts the row as rejected and says why.
    void reject(const form::Draft& draft, std::string reason);
    void warn(const std::string& file, std::int64_t line, std::string text) const;
    /// The same, but for each text once: a table may have it in every row.
    void warn_once(const std::string& file, std::int64_t line, const std::string& text);

    store::Writer& writer;
    store::Store& store;
    store::Resolver& resolver;
    ImportOptions options;
    ImportCount count;
    bool had_rows = false;  ///< the database remembers rows of earlier imports

private:
    std::map<int, bool> had_records_;  // by the number of the noun
    std::set<std::string> warned_;     // texts
};

}  // namespace crm::exchange
