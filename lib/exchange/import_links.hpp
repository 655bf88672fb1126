#pragma once

#include "exchange/import_context.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace crm::exchange {

/// Links of rows to other records. What a link names may come later in the same files: it is then
/// resolved at the end, and what cannot be resolved is kept as text in an extra property.
class ImportLinks {
public:
    ImportLinks(ImportContext& context, ImportMemory& memory)
        : context_(context), memory_(memory) {}

    /// Sets one link or list of line items from its text; adds what it names where the options say
    /// so. Imports of people add companies unasked, those of tickets contacts with an e-mail
    /// address.
    Expected<void> set(store::Record& record, const meta::FieldInfo& field,
                       const std::string& text);

    using Unresolved = std::vector<IncomingRow::FieldText>;
    /// Sets all links of a row; returns those that name nothing yet.
    Unresolved set_all(store::Record& record, const IncomingRow& row);
    /// Tries them again when all rows are read.
    void defer(Unresolved links, const meta::Entity& entity, std::int64_t record,
               const form::Draft& draft, std::uint64_t digest);
    /// Resolves what was deferred. Rows with a link that cannot be resolved are remembered as such.
    void finish();

    /// For a row that came before, when what it names was not there: sets its links that are still
    /// empty, and nothing else of it.
    void resolve_again(const IncomingRow& row, std::int64_t record, const form::Draft& draft,
                       std::uint64_t digest);

private:
    struct Deferred {
        const meta::Entity* entity;
        std::int64_t record;
        const meta::FieldInfo* field;
        std::string text;
        std::string file;
        std::int64_t line;
        std::uint64_t digest;
    };

    Expected<void> apply(store::Record& record, const meta::FieldInfo& field,
                         const std::string& text);
    std::int64_t add_named(const meta::Entity& entity, std::string_view name);
    std::int64_t add_writer(const meta::Entity& entity, std::string_view text);
    Expected<void> change(const store::Record& before, store::Record& after, RecordMark& mark);
    void keep_as_text(store::Record& record, const Deferred& link, const Error& error);
    bool set_empty_links(const store::Record& before, store::Record& after, const IncomingRow& row);

    ImportContext& context_;
    ImportMemory& memory_;
    std::vector<Deferred> deferred_;
};

}  // namespace crm::exchange
