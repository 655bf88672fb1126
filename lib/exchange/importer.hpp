#pragma once

#include "exchange/draft_reader.hpp"
#include "exchange/import_companies.hpp"
#include "exchange/import_context.hpp"
#include "exchange/import_links.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/import_writer.hpp"
#include "exchange/record_matcher.hpp"
#include "exchange/row_digests.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::exchange {

/// Imports drafts one by one: reads their fields, finds the record, folds the row into it and
/// writes. Several rows may be about one record: the first to set a field wins, lists are united. A
/// row whose key was on an earlier line under another name is rejected, naming both lines.
class Importer : public form::Intake {
public:
    /// `noun`: what the command asked for; null: whatever the drafts are.
    Importer(store::Writer& writer, store::Resolver& resolver, const meta::Entity* noun,
             ImportOptions options);

    void take(form::Draft&& draft) override;
    void heading(std::string_view raw) override;
    void trouble(form::Trouble&& trouble) override;
    void progress(std::size_t bytes) override;
    /// Resolves links to records that came later in the same files. Call once after the last draft.
    void finish();

    const ImportCount& count() const { return context_.count; }

private:
    std::optional<form::Draft> accepted(form::Draft&& draft);
    Expected<void> read(IncomingRow& row, form::Draft& draft);
    void add_tags(IncomingRow& row);
    bool came_before(const IncomingRow& row, const form::Draft& draft, const Keys& keys,
                     std::uint64_t digest);
    Expected<void> complete_name(IncomingRow& row);
    void say_notes(const IncomingRow& row, const form::Draft& draft);
    Expected<void> check_products(const IncomingRow& row);
    Expected<void> import(IncomingRow&& row, form::Draft& draft);
    void take_waiting();

    struct WaitingRow {
        form::Draft draft;
        std::string raw;
    };

    ImportContext context_;
    const meta::Entity* noun_;
    std::string tags_;
    ImportMemory memory_;
    RowDigests digests_;
    DraftReader reader_;
    RecordMatcher matcher_;
    ImportLinks links_;
    ImportCompanies companies_;
    ImportWriter writer_;
    std::vector<WaitingRow> waiting_;  // rows that refer to what may come later in the same files
    bool finishing_ = false;           // no more rows come
};

}  // namespace crm::exchange
